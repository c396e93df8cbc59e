internal import ParallaxModel

/// Finds the requests of a schedule that its order cannot be trusted for.
///
/// A probe is read by what was sent before and after it from elsewhere. One that left later than the next request from
/// another vantage was due may have met another state of the limiter than the one it was sent to see. On one vantage
/// requests leave in the planned order however late.
enum PlannedOrder {
  /// Seconds of lateness that change nothing: no limiter's state is arranged more closely than this across hosts.
  static let tolerance = 0.02

  /// - Parameter entries: those of one schedule.
  static func marked(_ entries: [Entry], vantage: (Int) -> Int) -> [Entry] {
    guard entries.contains(where: { $0.sample.lateness > tolerance }) else { return entries }
    var entries = entries
    let planned = entries.indices.sorted { due(entries[$0]) < due(entries[$1]) }
    for (position, index) in planned.enumerated() where entries[index].sample.lateness > tolerance {
      let next = planned[(position + 1)...].first { vantage(entries[$0].cell) != vantage(entries[index].cell) }
      guard let next else { continue }
      entries[index].isOutOfOrder = entries[index].time >= due(entries[next])
    }
    return entries
  }

  static func notes(refused count: Int) -> [String] {
    guard count > 0 else { return [] }
    let they = count == 1 ? "1 request left too late for its" : "\(count) requests left too late for their"
    return ["\(they) place in the planned order, and did not count as evidence of who shares what"]
  }

  /// When it should have met the limiter.
  private static func due(_ entry: Entry) -> Double { entry.time - entry.sample.lateness }
}
