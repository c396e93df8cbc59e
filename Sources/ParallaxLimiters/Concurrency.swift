/// At most `limit` requests in service at once.
///
/// Worked numbers for 2 at once and requests of 1 s: at 0 and .1 two pass, .2 is denied, 1.05 passes.
public struct Concurrency: AdmissionRule {
  public struct Bucket: Sendable {
    /// When each request in service ends; in no order.
    var ends: [Double] = []
  }

  public var limit: Int

  public init(limit: Int) {
    self.limit = limit
  }

  public func makeBucket(at time: Double) -> Bucket { Bucket() }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    bucket.ends.removeAll { $0 <= offer.time }
    guard bucket.ends.count < limit else { return .deny }
    bucket.ends.append(offer.time + offer.service)
    return .pass
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    Double(bucket.ends.count { $0 > time }) / Double(limit)
  }

  public func scaled(by factor: Double) -> Concurrency {
    Concurrency(limit: max(1, Int(Double(limit) * factor)))
  }
}
