internal import NIOCore
internal import NIOSSL
internal import ParallaxModel

/// Where one vantage's requests go, and from where: addresses parsed, certificates loaded.
struct Endpoint {
  /// Nanoseconds.
  var timeout: Int64
  var remote: SocketAddress
  var local: SocketAddress?
  /// nil for plain HTTP.
  var security: Security?

  struct Security {
    var context: NIOSSLContext
    /// nil where the URL holds an address, which no server name indication may hold.
    var serverName: String?
  }

  /// The target takes the plan's first address, or the first of the family of the vantage's own source address.
  init(plan: RequestPlan, vantage: Vantage, security: Security?) throws(PlanRefusal) {
    self.security = security
    timeout = Int64(plan.timeout * 1e9)
    var remotes: [SocketAddress] = []
    for address in plan.addresses { remotes.append(try Self.parse(address, port: plan.url.port)) }
    var local: SocketAddress?
    if let source = vantage.sourceAddress { local = try Self.parse(source, port: 0) }
    guard let remote = remotes.first(where: { local == nil || $0.protocol == local?.protocol }) ?? remotes.first else {
      throw .invalid("the plan has no address to connect to")
    }
    self.remote = remote
    self.local = local
  }

  private static func parse(_ address: String, port: Int) throws(PlanRefusal) -> SocketAddress {
    do {
      return try SocketAddress(ipAddress: address, port: port)
    } catch {
      throw .invalid("\"\(address)\" is not an IP address")
    }
  }

  static func security(for plan: RequestPlan) throws(PlanRefusal) -> Security? {
    guard plan.url.scheme == .https else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do {
      if !plan.certificateAuthorities.isEmpty {
        let authorities = try NIOSSLCertificate.fromPEMBytes(Array(plan.certificateAuthorities.utf8))
        configuration.additionalTrustRoots = [.certificates(authorities)]
      }
      let isAddress = (try? SocketAddress(ipAddress: plan.url.host, port: 0)) != nil
      return Security(
        context: try NIOSSLContext(configuration: configuration), serverName: isAddress ? nil : plan.url.host)
    } catch {
      throw .invalid("the certificate authorities cannot be loaded: \(error)")
    }
  }
}
