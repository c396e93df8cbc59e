/// What the user asked for, as read from plan.yaml. It names keys and says where their values are, never the values.
public struct Plan: Hashable, Sendable {
  public var target: Target
  public var accounts: [Account]
  /// Names of hosts or vantages; nil means all of the inventory.
  public var vantages: [String]?
  public var reference: Reference
  public var dimensions: [Dimension]
  public var budget: Budget
  public var limitedWhen: [LimitRule]
  public var expectations: [Expectation]
  public var stopRules: StopRules

  public init(
    target: Target, accounts: [Account], vantages: [String]? = nil, reference: Reference = Reference(),
    dimensions: [Dimension] = [], budget: Budget = Budget(), limitedWhen: [LimitRule] = [],
    expectations: [Expectation] = [], stopRules: StopRules = StopRules()
  ) {
    self.target = target
    self.accounts = accounts
    self.vantages = vantages
    self.reference = reference
    self.dimensions = dimensions
    self.budget = budget
    self.limitedWhen = limitedWhen
    self.expectations = expectations
    self.stopRules = stopRules
  }

  /// The cell that all others are compared with; nil means the first of each.
  public struct Reference: Hashable, Sendable {
    public var vantage: String?
    public var key: String?

    public init(vantage: String? = nil, key: String? = nil) {
      self.vantage = vantage
      self.key = key
    }
  }
}

/// An owner of keys, as the limiter may see it.
public struct Account: Hashable, Sendable {
  public var name: String
  public var keys: [Key]

  public init(name: String, keys: [Key]) {
    self.name = name
    self.keys = keys
  }
}

/// A credential, known by its name. The value is fetched from its source on the controller when a run starts.
public struct Key: Hashable, Sendable {
  public var name: String
  public var source: Source

  public enum Source: Hashable, Sendable {
    case environment(String)
    case file(String)
    case command([String])
  }

  public init(name: String, source: Source) {
    self.name = name
    self.source = source
  }
}

/// Caps that the agents enforce: a request beyond any of them is not sent.
public struct Budget: Hashable, Sendable {
  /// Requests in the whole run, over all vantages.
  public var requests: Int
  /// Requests per second, over all vantages.
  public var rate: Double
  /// Seconds from the first request to the last.
  public var duration: Double

  public init(requests: Int = 2000, rate: Double = 50, duration: Double = 900) {
    self.requests = requests
    self.rate = rate
    self.duration = duration
  }
}

/// A rule of the user's own for what a limited answer looks like; all of its conditions must hold.
public struct LimitRule: Hashable, Sendable {
  public var status: Int?
  public var bodyContains: String?
  /// A header that must be present, in lower case.
  public var header: String?

  public init(status: Int? = nil, bodyContains: String? = nil, header: String? = nil) {
    self.status = status
    self.bodyContains = bodyContains
    self.header = header
  }
}
