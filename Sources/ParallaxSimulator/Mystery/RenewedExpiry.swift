internal import ParallaxLimiters

/// A counter whose time to live is set anew by every request, the refused ones too: it ends only after a silence.
struct RenewedExpiry: AdmissionRule {
  struct Bucket: Sendable {
    var used = 0.0
    var last: Double
  }

  var limit: Double
  /// Seconds.
  var silence: Double

  func makeBucket(at time: Double) -> Bucket { Bucket(last: time) }

  func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    if offer.time - bucket.last > silence { bucket.used = 0 }
    bucket.last = offer.time
    bucket.used += offer.cost
    return bucket.used <= limit ? .pass : .deny
  }

  func usage(of bucket: Bucket, at time: Double) -> Double {
    time - bucket.last > silence ? 0 : bucket.used / limit
  }

  func scaled(by factor: Double) -> RenewedExpiry { RenewedExpiry(limit: max(1, limit * factor), silence: silence) }
}
