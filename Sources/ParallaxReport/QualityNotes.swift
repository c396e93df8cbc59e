internal import ParallaxAnalysis
internal import ParallaxModel

/// What about the data a reader should know before trusting the verdict.
struct QualityNotes {
  let run: MeasuredRun

  private var tally: RunTally { run.tally }

  var notes: [String] {
    [unknown].compactMap { $0 } + (tally.count > 0 ? [voids, lateness, clocks, length].compactMap { $0 } : [])
  }

  /// Sent, or about to be, when the run was interrupted or their agent lost.
  private var unknown: String? {
    guard run.unknownRequests > 0 else { return nil }
    return
      "An interruption or a lost agent left \(Numbers.counted(run.unknownRequests, "request")) of which nobody knows whether the target saw them: charged to the budget, not repeated, and not among the figures."
  }

  private var length: String? {
    guard !run.isWhole else { return nil }
    return
      "The run is long: what follows single requests (certainty, recovery, fit, answers' times) is drawn from its first \(run.observations.count) of \(tally.count); all other figures count every one."
  }

  private var voids: String? {
    let total = tally.voids.values.reduce(0, +)
    guard total > 0 else { return nil }
    let parts = Reading.VoidReason.allCases.compactMap { reason in
      tally.voids[reason].map { "\($0) \(Self.words(for: reason))" }
    }
    let share = Numbers.percent(Double(total) / Double(tally.count))
    return "\(total) of \(tally.count) requests (\(share)) say nothing: \(parts.joined(separator: ", "))."
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
    let late = tally.lateness
    guard late.max > 0.005 else { return nil }
    let high = Numbers.seconds(Numbers.short(late.quantile(0.99)))
    return "Requests left up to \(Numbers.seconds(late.max)) late (99 in 100 within \(high))."
  }

  private var clocks: String? {
    guard tally.clockBound > 0, run.design.vantages.count > 1 else { return nil }
    return "The hosts' clocks are known to ± \(Numbers.seconds(tally.clockBound)) at worst."
  }
}
