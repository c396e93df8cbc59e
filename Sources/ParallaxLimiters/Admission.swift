public import ParallaxModel

/// One request on its way into a limiter.
public struct Offer: Sendable {
  /// Seconds on the server's clock; never earlier than the offer before.
  public var time: Double
  /// What it takes from a budget; 1 where requests are counted.
  public var cost: Double
  /// Seconds that the request will stay in service once it is let through.
  public var service: Double
  /// Whether the request will fail at the origin (such as a wrong password); some limiters count only those.
  public var fails: Bool

  public init(time: Double, cost: Double = 1, service: Double = 0, fails: Bool = false) {
    self.time = time
    self.cost = cost
    self.service = service
    self.fails = fails
  }
}

/// What a limiter did with a request.
public struct Admission: Sendable, Hashable {
  public var allowed: Bool
  /// Seconds that the request was held before it went on.
  public var delay: Double
  /// How the denial looks; nil where the request was let through.
  public var signature: Signature?

  public init(allowed: Bool, delay: Double = 0, signature: Signature? = nil) {
    self.allowed = allowed
    self.delay = delay
    self.signature = signature
  }

  public static let passed = Admission(allowed: true)
}

/// The decision of a rule on one bucket.
public struct Decision: Sendable, Hashable {
  public var allowed: Bool
  public var delay: Double

  public static let pass = Decision(allowed: true, delay: 0)
  public static let deny = Decision(allowed: false, delay: 0)

  /// Let through after `seconds`.
  public static func pass(after seconds: Double) -> Decision {
    Decision(allowed: true, delay: seconds)
  }
}
