internal import Glibc

/// Two fixed windows, the last one weighted by how much of it still lies within `window` seconds (Cloudflare's way).
///
/// Worked numbers for 10 per 60 s: 10 requests at 50 pass. At 60 they weigh 10, so none passes; at 60.1 they weigh
/// 9.98, which leaves room for one; the next passes at 66.1, when they weigh 8.98 beside it.
public struct SlidingCounter: AdmissionRule {
  public struct Bucket: Sendable {
    var index: Double
    var current: Double
    var previous: Double
  }

  public var limit: Double
  /// Seconds.
  public var window: Double
  public var countsRejected: Bool

  public init(limit: Double, window: Double, countsRejected: Bool = false) {
    self.limit = limit
    self.window = window
    self.countsRejected = countsRejected
  }

  public func makeBucket(at time: Double) -> Bucket {
    Bucket(index: floor(time / window), current: 0, previous: 0)
  }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    advance(&bucket, to: offer.time)
    // A fraction below the limit is room for one more request.
    let allowed = weighted(bucket, at: offer.time) + offer.cost < limit + 1
    if allowed || (countsRejected && bucket.current < 2 * limit) { bucket.current += offer.cost }
    return allowed ? .pass : .deny
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    var bucket = bucket
    advance(&bucket, to: time)
    return weighted(bucket, at: time) / limit
  }

  public func scaled(by factor: Double) -> SlidingCounter {
    var rule = self
    rule.limit = max(1, (limit * factor).rounded(.down))
    return rule
  }

  private func advance(_ bucket: inout Bucket, to time: Double) {
    let index = floor(time / window)
    guard index != bucket.index else { return }
    bucket = Bucket(index: index, current: 0, previous: index == bucket.index + 1 ? bucket.current : 0)
  }

  private func weighted(_ bucket: Bucket, at time: Double) -> Double {
    bucket.previous * (1 - (time / window - bucket.index)) + bucket.current
  }
}
