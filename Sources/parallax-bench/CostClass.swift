internal import ParallaxModel
internal import ParallaxSimulator

/// Limiters that cost about alike to find out, by what stands first in a request's way.
enum CostClass: String, CaseIterable {
  case windowed = "windowed or slow"
  case fastBucket = "fast token bucket"
  case layered
  case concurrency = "concurrency"
  case queue
  /// Independent counters: how many requests it takes to exhaust them all is chance.
  case workers = "several workers"

  /// A bucket that refills faster than this, in requests per second, is fast.
  static let fastRate = 0.8

  init?(_ truth: Truth) {
    guard let limiter = truth.limiters.first else { return nil }
    if limiter.kind == .concurrency {
      self = .concurrency
    } else if limiter.algorithm == .queue {
      self = .queue
    } else if truth.kind == .layered {
      self = .layered
    } else if limiter.algorithm == .tokenBucket, limiter.rate * Double(limiter.workers) >= Self.fastRate {
      self = .fastBucket
    } else {
      self = limiter.workers > 1 ? .workers : .windowed
    }
  }
}
