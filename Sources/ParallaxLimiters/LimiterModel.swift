public import ParallaxModel

/// One limiter as a server runs it: a rule applied to one bucket per value of its scope.
///
/// A value: a copy goes on by itself. All randomness (workers, shedding, jitter) comes from the seed.
public struct LimiterModel: Sendable {
  public let traits: Traits
  private var store: any BucketStore
  private var random: SeededRandom
  private var turn = 0

  /// Everything about a limiter beyond its rule.
  public struct Traits: Sendable, Hashable {
    public var scope: Scope
    /// What a denial looks like.
    public var signature: Signature
    public var workers: Workers
    /// Multiples of the allowance for accounts on another tier, by account number.
    public var tiers: [UInt16: Double]
    /// Denies at random above this share of use, ever more towards 1 (early drop); nil for none.
    public var shedsAbove: Double?
    /// The share by which the limit strays, anew for each bucket in each `period`.
    public var jitter: Jitter?
    /// Only requests that fail at the origin count (and none passes once the allowance is spent).
    public var onlyFailures: Bool

    public init(
      scope: Scope, signature: Signature, workers: Workers = .one, tiers: [UInt16: Double] = [:],
      shedsAbove: Double? = nil, jitter: Jitter? = nil, onlyFailures: Bool = false
    ) {
      self.scope = scope
      self.signature = signature
      self.workers = workers
      self.tiers = tiers
      self.shedsAbove = shedsAbove
      self.jitter = jitter
      self.onlyFailures = onlyFailures
    }
  }

  /// A limit that is not quite the same each time.
  public struct Jitter: Sendable, Hashable {
    /// .1 for a tenth up or down.
    public var share: Double
    /// Seconds for which one draw holds.
    public var period: Double

    public init(share: Double, period: Double) {
      self.share = share
      self.period = period
    }
  }

  public init(rule: some AdmissionRule, traits: Traits, seed: UInt64 = 0) {
    self.traits = traits
    store = Buckets(rule: rule)
    random = SeededRandom(seed: seed)
  }

  /// Decides on one request and records it. Times must not decrease.
  public mutating func offer(_ offer: Offer, from identity: Identity) -> Admission {
    let worker = traits.workers.worker(for: identity, turn: turn, random: &random)
    turn &+= 1
    let key = traits.scope.bucket(of: identity, worker: worker)
    let decision = store.admit(
      offer, in: key, factor: factor(for: identity, key: key, at: offer.time), onlyFailures: traits.onlyFailures)
    guard decision.allowed, !sheds(key, at: offer.time) else {
      return Admission(allowed: false, signature: traits.signature)
    }
    return Admission(allowed: true, delay: decision.delay)
  }

  private func factor(for identity: Identity, key: BucketKey, at time: Double) -> Double {
    let tier = traits.tiers.isEmpty ? 1 : traits.tiers[identity.account] ?? 1
    guard let jitter = traits.jitter else { return tier }
    let slot = UInt64(max(0, time / jitter.period))
    var draw = SeededRandom(
      seed: slot ^ SeededRandom.mix(key.names ^ key.levels ^ UInt64(truncatingIfNeeded: key.address)))
    return tier * (1 + draw.uniform(-jitter.share, jitter.share))
  }

  private mutating func sheds(_ key: BucketKey, at time: Double) -> Bool {
    guard let threshold = traits.shedsAbove else { return false }
    let usage = store.usage(of: key, at: time)
    return usage > threshold && random.chance((usage - threshold) / (1 - threshold))
  }
}
