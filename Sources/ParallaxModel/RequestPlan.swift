/// The plan as every agent gets it, byte for byte the same: its digest proves that all vantages ask the same thing.
///
/// It holds no secret. An agent fills `{{key}}` from the keys that it was given by name.
public struct RequestPlan: Hashable, Sendable {
  public var url: URLParts
  public var method: String
  public var headers: [Header]
  public var userAgent: String
  public var timeout: Double
  public var keepAlive: Bool
  /// Extra certificate authorities in PEM, empty for the system's own.
  public var certificateAuthorities: String
  public var limitedWhen: [LimitRule]
  public var budget: Budget
  public var cells: [CellRequest]
  /// Addresses that the target's name stood for when the run began; agents connect to the first and resolve nothing.
  public var addresses: [String]
  /// Whether the user opted in to methods other than GET and HEAD; agents refuse them otherwise.
  public var allowUnsafeMethods: Bool
  public var transport: Transport
  /// The client's certificates in PEM, empty for none. The private key is no part of a plan.
  public var clientCertificates: String
  public var stopRules: StopRules

  /// What one cell asks, from where.
  public struct CellRequest: Hashable, Sendable {
    public var cell: Int
    public var vantage: String
    /// Its name; empty for a request without a key, which leaves out the headers that would hold it.
    public var key: String
    public var account: String
    /// The URL's path and query for this cell, templates not yet filled.
    public var path: String
    /// Values of the further dimensions by name.
    public var values: [Header]

    public init(cell: Int, vantage: String, key: String, account: String, path: String, values: [Header]) {
      self.cell = cell
      self.vantage = vantage
      self.key = key
      self.account = account
      self.path = path
      self.values = values
    }
  }

  public init(
    url: URLParts, method: String, headers: [Header], userAgent: String, timeout: Double, keepAlive: Bool,
    certificateAuthorities: String, limitedWhen: [LimitRule], budget: Budget, cells: [CellRequest],
    addresses: [String], allowUnsafeMethods: Bool = false, transport: Transport = Transport(),
    clientCertificates: String = "",
    stopRules: StopRules = StopRules()
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.userAgent = userAgent
    self.timeout = timeout
    self.keepAlive = keepAlive
    self.certificateAuthorities = certificateAuthorities
    self.limitedWhen = limitedWhen
    self.budget = budget
    self.cells = cells
    self.addresses = addresses
    self.allowUnsafeMethods = allowUnsafeMethods
    self.transport = transport
    self.clientCertificates = clientCertificates
    self.stopRules = stopRules
  }
}
