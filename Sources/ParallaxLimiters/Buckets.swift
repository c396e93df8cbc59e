/// The buckets of one limiter, whatever its rule.
protocol BucketStore: Sendable {
  /// `factor` scales the allowance; `onlyFailures` records a request only if it fails.
  mutating func admit(_ offer: Offer, in key: BucketKey, factor: Double, onlyFailures: Bool) -> Decision
  func usage(of key: BucketKey, at time: Double) -> Double
}

struct Buckets<Rule: AdmissionRule>: BucketStore {
  let rule: Rule
  private var buckets: [BucketKey: Rule.Bucket] = [:]

  init(rule: Rule) {
    self.rule = rule
  }

  mutating func admit(_ offer: Offer, in key: BucketKey, factor: Double, onlyFailures: Bool) -> Decision {
    let rule = factor == 1 ? rule : rule.scaled(by: factor)
    guard onlyFailures else {
      return rule.admit(offer, &buckets[key, default: rule.makeBucket(at: offer.time)])
    }
    var bucket = buckets[key] ?? rule.makeBucket(at: offer.time)
    let decision = rule.admit(offer, &bucket)
    if offer.fails { buckets[key] = bucket }
    return decision
  }

  func usage(of key: BucketKey, at time: Double) -> Double {
    buckets[key].map { rule.usage(of: $0, at: time) } ?? 0
  }
}
