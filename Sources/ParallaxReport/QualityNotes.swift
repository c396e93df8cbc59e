internal import ParallaxModel

/// What about the data a reader should know before trusting the verdict.
struct QualityNotes {
  let design: Design
  let observations: [Observation]

  var notes: [String] {
    guard !observations.isEmpty else { return [] }
    return [voids, lateness, clocks].compactMap { $0 }
  }

  private var voids: String? {
    var counts: [Reading.VoidReason: Int] = [:]
    for case .void(let reason) in observations.map(\.reading) { counts[reason, default: 0] += 1 }
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return nil }
    let parts = Reading.VoidReason.allCases.compactMap { reason in
      counts[reason].map { "\($0) \(Self.words(for: reason))" }
    }
    let share = Numbers.percent(Double(total) / Double(observations.count))
    return "\(total) of \(observations.count) requests (\(share)) say nothing: \(parts.joined(separator: ", "))."
  }

  private static func words(for reason: Reading.VoidReason) -> String {
    switch reason {
    case .silence: "without an answer"
    case .reset: "reset"
    case .serverError: "server errors"
    case .unreachable: "not connected"
    case .notSent: "not sent"
    }
  }

  /// How late the requests left. Times are the agents' own, so their clocks' offsets do not matter here.
  private var lateness: String? {
    let late = observations.filter { $0.reading != .void(.notSent) }.map { $0.sent - $0.planned }.sorted()
    guard let worst = late.last else { return nil }
    let high = late[min(late.count - 1, late.count * 99 / 100)]
    guard worst > 0.005 else { return nil }
    return "Requests left up to \(Numbers.seconds(worst)) late (99 in 100 within \(Numbers.seconds(max(0, high))))."
  }

  private var clocks: String? {
    let bound = observations.map(\.clockBound).max() ?? 0
    guard bound > 0, design.vantages.count > 1 else { return nil }
    return "The hosts' clocks are known to ± \(Numbers.seconds(bound)) at worst."
  }
}
