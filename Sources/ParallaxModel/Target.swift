/// The endpoint under test, and on what ground it may be tested.
public struct Target: Hashable, Sendable {
  public var url: URLParts
  public var method: String
  /// In the plan's order; values may hold `{{key}}`, `{{account}}` and `{{dimension}}`.
  public var headers: [Header]
  public var permission: String
  public var allowUnsafeMethods: Bool
  /// PEM file of an extra certificate authority to trust, on the controller.
  public var caFile: String?
  /// Seconds after which an answer counts as lost.
  public var timeout: Double
  /// Whether a connection is kept and used again; limiters may count connections too.
  public var keepAlive: Bool
  public var transport: Transport
  public var clientCertificate: ClientCertificate?
  /// nil for whichever the name resolves to first.
  public var addressFamily: AddressFamily?
  /// Whom the target's owner may ask about a run's requests; every request says it.
  public var contact: String?

  public init(
    url: URLParts, method: String = "GET", headers: [Header] = [], permission: String,
    allowUnsafeMethods: Bool = false, caFile: String? = nil, timeout: Double = 10, keepAlive: Bool = true,
    transport: Transport = Transport(), clientCertificate: ClientCertificate? = nil,
    addressFamily: AddressFamily? = nil,
    contact: String? = nil
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.permission = permission
    self.allowUnsafeMethods = allowUnsafeMethods
    self.caFile = caFile
    self.timeout = timeout
    self.keepAlive = keepAlive
    self.transport = transport
    self.clientCertificate = clientCertificate
    self.addressFamily = addressFamily
    self.contact = contact
  }
}

/// A URL taken apart. `path` holds the query too and starts with `/`; it may hold templates.
public struct URLParts: Hashable, Sendable, CustomStringConvertible {
  public enum Scheme: String, Hashable, Sendable { case http, https }

  public var scheme: Scheme
  /// Without the brackets of an IPv6 literal.
  public var host: String
  public var port: Int
  public var path: String

  public init(scheme: Scheme, host: String, port: Int, path: String) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
  }

  /// What the `Host` header says: the port only where it is not the scheme's own.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == .http ? 80 : 443) ? name : "\(name):\(port)"
  }

  public var description: String { "\(scheme.rawValue)://\(authority)\(path)" }
}

/// One header field. Names keep the case in which they were written or received.
public struct Header: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
