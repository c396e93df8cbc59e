/// What the user promises about a limiter, checked by `verify`. What is nil or empty is not promised.
public struct Expectation: Hashable, Sendable {
  /// How much a declared time must hold.
  public enum Honesty: String, Hashable, Sendable, CaseIterable {
    /// Every refusal declares it.
    case present
    /// Every refusal declares it, and what it declares comes true.
    case truthful
  }

  /// What the limiter is keyed on; empty for one bucket for everyone.
  public var scope: [String]?
  /// Requests per window, of the limiter with that scope.
  public var limit: Double?
  /// Seconds.
  public var window: Double?
  /// Requests that it lets through at once.
  public var burst: Double?
  public var algorithm: Limiter.AlgorithmName?
  /// A fresh bucket lets so many requests through and refuses the next.
  public var refusesAfter: Int?
  /// Status of a refusal.
  public var refusal: Int?
  /// Dimensions of which another level has a bucket of its own.
  public var isolated: [String]
  public var retryAfter: Honesty?
  /// The declared moment at which the limit begins anew.
  public var reset: Honesty?
  /// How many leading bits of an address count: all addresses that share them are one client.
  public var prefix: Int?
  /// A share: 0.1 is ten per cent.
  public var tolerance: Double
  /// Where it stands in the plan, from 1.
  public var line: Int?

  public init(
    scope: [String]? = nil, limit: Double? = nil, window: Double? = nil, burst: Double? = nil,
    algorithm: Limiter.AlgorithmName? = nil, refusesAfter: Int? = nil, refusal: Int? = nil, isolated: [String] = [],
    retryAfter: Honesty? = nil, reset: Honesty? = nil, prefix: Int? = nil, tolerance: Double = 0.1, line: Int? = nil
  ) {
    self.scope = scope
    self.limit = limit
    self.window = window
    self.burst = burst
    self.algorithm = algorithm
    self.refusesAfter = refusesAfter
    self.refusal = refusal
    self.isolated = isolated
    self.retryAfter = retryAfter
    self.reset = reset
    self.prefix = prefix
    self.tolerance = tolerance
    self.line = line
  }

  /// Whether it can only be shown by watching the limiter recover.
  public var needsRecovery: Bool {
    limit != nil || window != nil || burst != nil || algorithm != nil || prefix != nil || retryAfter == .truthful
      || reset == .truthful
  }
}
