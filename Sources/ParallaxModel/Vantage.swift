/// Where requests leave from: a host and, optionally, one of its source addresses.
public struct Vantage: Hashable, Sendable {
  /// `host`, or `host/source-address`.
  public var name: String
  public var host: String
  public var sourceAddress: String?

  public init(host: String, sourceAddress: String? = nil) {
    self.host = host
    self.sourceAddress = sourceAddress
    self.name = sourceAddress.map { "\(host)/\($0)" } ?? host
  }
}
