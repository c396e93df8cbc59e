internal import ParallaxModel

extension SimulatedWorld {
  /// Requests that a run needs which knows everything beforehand: the capacity exhausted at the rate cap, one denial,
  /// the refill during one hand-over between hosts, seven for triage, one probe for each of four contrasts, two
  /// controls. nil where there is nothing to find.
  public var lowerBound: Double? {
    guard let limiter = truth.limiters.first, truth.isReachable else { return nil }
    let cap = budget.rate
    let workers = Double(limiter.workers)
    let handOver = paths[0].control + (paths.count > 1 ? paths[1].control : 0) + paths[0].roundTrip
    let exhausted: Double
    switch (limiter.kind, limiter.algorithm) {
    case (.concurrency, _):
      exhausted = 2 * limiter.capacity
    case (_, .queue):
      exhausted = 4 * cap / (cap - limiter.rate) + min(limiter.capacity, limiter.rate * handOver)
    case (_, .tokenBucket):
      let rate = min(limiter.rate * workers, 0.8 * cap)
      let capacity = limiter.capacity * workers
      exhausted = capacity * cap / (cap - rate) + min(capacity, rate * handOver)
    default:
      exhausted = limiter.capacity * workers
    }
    return exhausted + 1 + 7 + 4 + 2
  }
}
