internal import NIOCore
internal import NIOSSL
internal import ParallaxModel
internal import ParallaxWire

/// Where one vantage's requests go, and from where: addresses parsed, certificates loaded.
struct Endpoint {
  /// Nanoseconds.
  var timeout: Int64
  var remote: SocketAddress
  /// A socket of this machine that leads to `remote` from elsewhere; nil to connect straight.
  var relay: SocketAddress?
  var local: SocketAddress?
  /// nil for plain HTTP.
  var security: Security?

  struct Security {
    var context: NIOSSLContext
    /// nil where the URL holds an address, which no server name indication may hold.
    var serverName: String?
  }

  /// The target takes the plan's first address, or the first of the family of the vantage's own source address.
  init(plan: RequestPlan, vantage: Vantage, security: Security?, through relay: String?) throws(PlanRefusal) {
    self.security = security
    if let relay {
      guard vantage.sourceAddress == nil else {
        throw .invalid("a source address cannot be chosen where requests leave through another host")
      }
      do {
        self.relay = try SocketAddress(unixDomainSocketPath: relay)
      } catch {
        throw .invalid("the path of the relay's socket is too long")
      }
    }
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

  /// `clientKey` is the private key of the plan's client certificate.
  static func security(for plan: RequestPlan, clientKey: Secret?) throws(PlanRefusal) -> Security? {
    guard plan.url.scheme == .https else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = plan.transport.version == .http1 ? ["http/1.1"] : ["h2"]
    try present(plan.clientCertificates, clientKey, in: &configuration)
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

  private static func present(
    _ certificates: String, _ key: Secret?, in configuration: inout TLSConfiguration
  ) throws(PlanRefusal) {
    guard !certificates.isEmpty else { return }
    guard let key else {
      throw PlanRefusal(code: "secret_invalid", text: "the private key of the client certificate was not given")
    }
    do {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificates.utf8))
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.value.utf8), format: .pem))
    } catch {
      // The library's own words could quote the key.
      throw PlanRefusal(
        code: "secret_invalid", text: "the client certificate \(key.name) or its private key cannot be loaded")
    }
  }
}
