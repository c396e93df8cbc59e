/// nginx's `limit_req`: what lies above the rate is delayed up to `burst`, and refused beyond it.
///
/// excess = max(0, excess − rate × dt + 1); a request is denied if that is above `burst`, and a denied request leaves
/// the state alone (ngx_http_limit_req_module.c, ngx_http_limit_req_lookup). A first request starts at an excess of 0.
///
/// Worked numbers for 2 per second, burst 3: of five requests at 0 the first passes at once, three are delayed by .5,
/// 1 and 1.5 s, the fifth is denied; at .5 one passes, delayed by 1.5 s.
public struct LeakyBucket: AdmissionRule {
  public struct Bucket: Sendable {
    /// nil before the first request.
    var excess: Double?
    var time: Double
  }

  /// Requests per second.
  public var rate: Double
  public var burst: Double
  /// How many in excess pass without delay: 0 for a queue, `delay=` in nginx, infinite for `nodelay`.
  public var undelayed: Double

  public init(rate: Double, burst: Double, undelayed: Double = 0) {
    self.rate = rate
    self.burst = burst
    self.undelayed = undelayed
  }

  public func makeBucket(at time: Double) -> Bucket {
    Bucket(excess: nil, time: time)
  }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    guard let last = bucket.excess else {
      bucket = Bucket(excess: 0, time: offer.time)
      return .pass
    }
    let excess = max(0, last - (offer.time - bucket.time) * rate + offer.cost)
    guard excess <= burst + 1e-9 else { return .deny }
    bucket = Bucket(excess: excess, time: offer.time)
    return .pass(after: max(0, excess - undelayed) / rate)
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    max(0, (bucket.excess ?? 0) - (time - bucket.time) * rate) / max(burst, 1)
  }

  public func scaled(by factor: Double) -> LeakyBucket {
    var rule = self
    rule.burst = (burst * factor).rounded(.down)
    rule.rate = rate * factor
    return rule
  }
}
