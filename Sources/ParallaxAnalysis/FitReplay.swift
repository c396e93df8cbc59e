internal import ParallaxLimiters
public import ParallaxModel

/// The limiter that was fitted, asked the same questions at the same times as the real one.
public struct FitReplay: Sendable {
  /// For each request of the history, whether the fitted limiter would have let it through.
  public let admitted: [Bool]
  /// How many of them it decides as the real one did.
  public let agreeing: Int

  /// nil where too little is known of the limiter to ask it anything.
  ///
  /// - Parameter origin: seconds since 1970 at the history's zero; windows may be aligned to the clock.
  public init?(_ limiter: Limiter, _ history: BucketHistory, origin: Double = 0) {
    guard let limit = limiter.limit?.value, let window = limiter.window?.value, window > 0, limit > 0 else {
      return nil
    }
    let counts = limiter.countsRejected ?? false
    let replays: [[Bool]]
    switch limiter.algorithm.name {
    case .tokenBucket:
      let burst = limiter.burst?.value ?? limit
      replays = [
        Self.replay(TokenBucket(rate: limit / window, burst: max(1, burst), countsRejected: counts), history, origin)
      ]
    case .fixedWindow:
      replays = FixedWindow.Alignment.allCases.map { alignment in
        Self.replay(
          FixedWindow(limit: limit, window: window, alignment: alignment, countsRejected: counts), history, origin)
      }
    case .slidingLog:
      replays = [Self.replay(SlidingLog(limit: limit, window: window, countsRejected: counts), history, origin)]
    case .slidingCounter:
      replays = [Self.replay(SlidingCounter(limit: limit, window: window, countsRejected: counts), history, origin)]
    case .queue, .unknown: return nil
    }
    let scored = replays.map { admitted in
      (admitted, zip(admitted, history.requests).count { $0 == $1.admitted })
    }
    guard let best = scored.max(by: { $0.1 < $1.1 }) else { return nil }
    (admitted, agreeing) = best
  }

  private static func replay(_ rule: some AdmissionRule, _ history: BucketHistory, _ origin: Double) -> [Bool] {
    guard let first = history.requests.first else { return [] }
    var bucket = rule.makeBucket(at: first.time + origin)
    return history.requests.map { rule.admit(Offer(time: $0.time + origin), &bucket).allowed }
  }
}
