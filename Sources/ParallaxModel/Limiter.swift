/// A number with the interval that holds it with 95 % probability.
public struct Estimate: Hashable, Sendable {
  public var value: Double
  public var low: Double
  public var high: Double

  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// One limiter as it was inferred: what it is keyed on, how it counts, and on what grounds this is said.
public struct Limiter: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable { case rate, concurrency, cost, ban }

  public enum AlgorithmName: String, Hashable, Sendable, CaseIterable {
    case fixedWindow = "fixed_window"
    case slidingLog = "sliding_log"
    case slidingCounter = "sliding_counter"
    /// GCRA, and a leaky bucket without a queue, are the same thing seen from outside.
    case tokenBucket = "token_bucket"
    /// Delays instead of refusing.
    case queue
    case unknown
  }

  public struct Algorithm: Hashable, Sendable {
    public var name: AlgorithmName
    public var posterior: Double

    public init(name: AlgorithmName, posterior: Double) {
      self.name = name
      self.posterior = posterior
    }
  }

  /// What the answers declare about the limit, and whether the measurement agrees.
  public struct Declared: Hashable, Sendable {
    public var limit: Double?
    /// Seconds.
    public var window: Double?
    public var agrees: Bool?

    public init(limit: Double?, window: Double?, agrees: Bool?) {
      self.limit = limit
      self.window = window
      self.agrees = agrees
    }
  }

  /// Names of the dimensions it is keyed on, in declared order; empty means one bucket for everyone.
  public var scope: [String]
  public var posterior: Double
  public var kind: Kind
  public var signature: Signature
  public var algorithm: Algorithm
  /// Requests per window.
  public var limit: Estimate?
  /// Seconds.
  public var window: Estimate?
  /// Requests at once, where that is not the limit itself.
  public var burst: Estimate?
  public var countsRejected: Bool?
  /// Where addresses count by prefix, its length, such as `/24`.
  public var prefix: String?
  public var declared: Declared?
  public var evidence: [Evidence]
  /// What looks exactly the same from outside, and what would tell it apart.
  public var alternatives: [String]

  public init(
    scope: [String], posterior: Double, kind: Kind, signature: Signature,
    algorithm: Algorithm = Algorithm(name: .unknown, posterior: 0), limit: Estimate? = nil, window: Estimate? = nil,
    burst: Estimate? = nil, countsRejected: Bool? = nil, prefix: String? = nil, declared: Declared? = nil,
    evidence: [Evidence], alternatives: [String] = []
  ) {
    self.scope = scope
    self.posterior = posterior
    self.kind = kind
    self.signature = signature
    self.algorithm = algorithm
    self.limit = limit
    self.window = window
    self.burst = burst
    self.countsRejected = countsRejected
    self.prefix = prefix
    self.declared = declared
    self.evidence = evidence
    self.alternatives = alternatives
  }
}

/// How one cell's bucket relates to the reference's, with the counts that say so.
public struct Evidence: Hashable, Sendable {
  /// Unknown stays unknown: an analysis that fails never guesses.
  public enum Relation: String, Hashable, Sendable, CaseIterable { case shared, separate, unknown }

  /// The dimensions that the cell changes, joined by `+`.
  public var contrast: String
  public var cell: String
  public var relation: Relation
  public var limited: Int
  public var sent: Int
  /// How the controls around the probes ended, such as `3/3 limited`.
  public var control: String
  /// Probability of the relation.
  public var posterior: Double

  public init(
    contrast: String, cell: String, relation: Relation, limited: Int, sent: Int, control: String, posterior: Double
  ) {
    self.contrast = contrast
    self.cell = cell
    self.relation = relation
    self.limited = limited
    self.sent = sent
    self.control = control
    self.posterior = posterior
  }
}
