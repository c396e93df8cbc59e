internal import ParallaxInference

/// What an agent's own cells answered after the last denial of the exhausted one. It counts once another denial follows:
/// the first request of the next round, which that round needs anyway.
///
/// Its left edge is tight, so nothing can have come back before it was asked. What ended after it, and was exhausted again
/// by these few requests before the next round, could only be a tiny limit.
struct OpenSandwich: Sendable {
  /// In order of time.
  let trials: [Trial]
  /// Without these trials.
  let posterior: ScopePosterior
  /// The denial that they follow.
  let last: Trial

  /// - Parameter trials: what was answered, at least from the last denial on, sorted by time.
  init?(_ trials: [Trial], after posterior: ScopePosterior) {
    guard let last = posterior.segments.last?.trials.last else { return nil }
    self.last = last
    self.posterior = posterior
    self.trials = trials.filter { $0.time > last.time }
    if self.trials.isEmpty { return nil }
  }

  /// With them, if the denial that is awaited comes: what the next round is planned by.
  var expected: ScopePosterior {
    guard trials.contains(where: { $0.cell != 0 }) else { return posterior }
    var expected = posterior
    let end = Trial(time: trials[trials.count - 1].time + 0.005, cell: 0, limited: true)
    if let segment = Segment(round: trials + [end], of: 0, after: last) { expected.add(segment) }
    return expected
  }
}
