public import ParallaxModel

/// What a world really does, for the judgement of a verdict.
public struct Truth: Sendable, Hashable {
  public var kind: WorldKind
  /// In the order in which a request meets them.
  public var limiters: [Limiter]
  public var ban: Ban?
  /// Whether our own requests can make a limiter deny at all; false where it counts only failures and ours succeed.
  public var isReachable = true
  /// Whether others use the target, beyond what is random noise.
  public var hasBackground = false
  /// Origin errors look the same as the first limiter's denial.
  public var hasAmbiguousErrors = false
  /// Whether two neighbouring vantages share what counts as an address; nil where there are no neighbours.
  public var neighbourShares: Bool?

  public init(kind: WorldKind, limiters: [Limiter]) {
    self.kind = kind
    self.limiters = limiters
  }

  public struct Limiter: Sendable, Hashable {
    /// In terms of the design: two of its cells share a bucket if they agree in these.
    public var scope: DimensionSet
    public var kind: ParallaxModel.Limiter.Kind
    public var algorithm: ParallaxModel.Limiter.AlgorithmName
    public var signature: Signature
    /// Requests per window, per worker; the burst of a bucket; how many at once.
    public var capacity: Double
    /// Seconds; nil where there is no window.
    public var window: Double?
    /// Requests per second in the long run, per worker; infinite for concurrency.
    public var rate: Double
    public var countsRejected = false
    public var workers = 1
    /// What else it looks like from outside; nil for nothing.
    public var lookalike: Lookalike?
    /// The limit strays by this share.
    public var jitter = 0.0
    /// How addresses count, where not as a whole: such as `/24`.
    public var prefix: String?

    public init(
      scope: DimensionSet, kind: ParallaxModel.Limiter.Kind = .rate,
      algorithm: ParallaxModel.Limiter.AlgorithmName, signature: Signature, capacity: Double, window: Double?,
      rate: Double, countsRejected: Bool = false
    ) {
      self.scope = scope
      self.kind = kind
      self.algorithm = algorithm
      self.signature = signature
      self.capacity = capacity
      self.window = window
      self.rate = rate
      self.countsRejected = countsRejected
    }
  }

  /// A scope that cannot be told from the true one with few requests. A verdict may name it, if it names the
  /// alternative too.
  public struct Lookalike: Sendable, Hashable {
    public var scope: DimensionSet
    /// A word that the alternative's description must hold.
    public var word: String

    public init(scope: DimensionSet, word: String) {
      self.scope = scope
      self.word = word
    }
  }

  public struct Ban: Sendable, Hashable {
    public var scope: DimensionSet
    public var signature: Signature

    public init(scope: DimensionSet, signature: Signature) {
      self.scope = scope
      self.signature = signature
    }
  }

  /// The sets of dimensions that a right verdict may name: each limiter's, and the ban's.
  public var scopes: Set<DimensionSet> {
    Set(limiters.map(\.scope) + (ban.map { [$0.scope] } ?? []))
  }
}
