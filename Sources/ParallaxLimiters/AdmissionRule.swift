/// How one bucket counts. The rule holds what is configured, the bucket what has happened; a limiter applies one rule
/// to many buckets.
public protocol AdmissionRule: Sendable {
  associatedtype Bucket: Sendable

  /// The bucket of someone never seen before.
  func makeBucket(at time: Double) -> Bucket
  /// Decides on one request and records it. Times must not decrease.
  func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision
  /// The share of the allowance that is in use, 0 for none and 1 for all of it.
  func usage(of bucket: Bucket, at time: Double) -> Double
  /// The same rule with its allowance multiplied: another tier, or a limit with jitter. Never below one request.
  func scaled(by factor: Double) -> Self
}
