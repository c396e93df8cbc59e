/// `burst` tokens at first, `rate` more each second up to `burst`; a request takes its cost or is denied.
///
/// GCRA with an emission interval of 1/rate and a tolerance of (burst − 1)/rate decides alike, and so does nginx's
/// `limit_req` without delay and with a burst that is smaller by one.
///
/// Worked numbers for 2 per second, burst 3: three pass at 0, the fourth is denied; at .5 one passes.
public struct TokenBucket: AdmissionRule {
  public struct Bucket: Sendable {
    var tokens: Double
    var time: Double
  }

  /// Tokens per second.
  public var rate: Double
  public var burst: Double
  /// A denied request takes its cost too, into debt of at most half the burst.
  public var countsRejected: Bool

  public init(rate: Double, burst: Double, countsRejected: Bool = false) {
    self.rate = rate
    self.burst = burst
    self.countsRejected = countsRejected
  }

  public func makeBucket(at time: Double) -> Bucket {
    Bucket(tokens: burst, time: time)
  }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    bucket.tokens = min(burst, bucket.tokens + (offer.time - bucket.time) * rate)
    bucket.time = offer.time
    // Sums of many small refills may fall short of a whole token by rounding only.
    if bucket.tokens >= offer.cost - 1e-9 {
      bucket.tokens -= offer.cost
      return .pass
    }
    if countsRejected { bucket.tokens = max(-0.5 * burst, bucket.tokens - offer.cost) }
    return .deny
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    1 - min(burst, bucket.tokens + (time - bucket.time) * rate) / burst
  }

  public func scaled(by factor: Double) -> TokenBucket {
    var rule = self
    rule.burst = max(1, (burst * factor).rounded(.down))
    rule.rate = rate * max(factor, 1 / burst)
    return rule
  }
}
