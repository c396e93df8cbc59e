/// What the exhausted cell's delays tell of a limiter's queue.
struct QueueGauge: Sendable {
  /// Seconds of queue that tell a probe behind it from one that is not.
  static let least = 0.15
  /// Seconds that a round fills it to, so that enough is left for its last probe.
  static let clear = 0.27

  /// Whether a probe's delay shows it behind the queue that lay ahead; nil where it may have been either.
  static func isBehind(excess: Double, ahead: Double) -> Bool? {
    excess >= 0.6 * ahead ? true : excess <= 0.45 * ahead ? false : nil
  }

  private var last: (excess: Double, time: Double)?
  private var steps: [Double] = []

  mutating func take(excess: Double, at time: Double) {
    if let last, time - last.time < 0.1, excess > last.excess + 0.02 {
      steps.append(excess - last.excess + (time - last.time))
      if steps.count > 15 { steps.removeFirst() }
    }
    last = (excess, time)
  }

  /// Seconds of queue that lie ahead at a time; nil before the exhausted cell was seen to wait.
  func ahead(at time: Double) -> Double? {
    last.map { $0.excess - (time - $0.time) }
  }

  /// Requests per second: every one waits for one more before it.
  var rate: Double {
    guard !steps.isEmpty else { return 6 }
    return 1 / max(0.02, steps.sorted()[steps.count / 2])
  }
}
