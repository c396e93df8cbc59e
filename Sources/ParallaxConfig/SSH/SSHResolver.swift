public import ParallaxModel

/// Settles how a host is reached. What its entry in the inventory says counts before the inventory's defaults, those
/// before the ssh configuration, and that before what is built in.
public struct SSHResolver: Sendable {
  let environment: SSHClientEnvironment

  /// Hops on the way to one host.
  static let hopLimit = 8

  public init(environment: SSHClientEnvironment) { self.environment = environment }

  /// Errors: `inventoryInvalid` with file and line, where the ssh configuration cannot be read as one.
  public func route(to host: InventoryHost) throws(ParallaxError) -> SSHRoute {
    var route = try chain(to: Asked(host), source: host.sshConfig, visited: [])
    let last = route.removeLast()
    return SSHRoute(hops: route, host: last)
  }

  /// What is known of an endpoint before any ssh configuration is read.
  struct Asked {
    var name: String
    var nameOrigin: SettingOrigin
    var user: Sourced<String>?
    var port: Sourced<Int>?
    var identityFiles: [Sourced<String>] = []
    var knownHosts: [Sourced<String>] = []
    var identityAgent: Sourced<String>?
    var proxyJump: Sourced<String>?
    var hostKeyChecking: Sourced<InventoryHost.HostKeyChecking>?

    init(_ host: InventoryHost) {
      func origin(_ field: String) -> SettingOrigin { .inventory(host.origins[field]) }
      name = host.address
      nameOrigin = origin("address")
      user = host.user.map { Sourced($0, origin("user")) }
      // An inventory's 22 that stands nowhere is only the default.
      port = host.origins["port"] == nil && host.port == 22 ? nil : Sourced(host.port, origin("port"))
      identityFiles = host.identityFiles.map { Sourced($0, origin("identity_file")) }
      knownHosts = host.knownHostsFiles.map { Sourced($0, origin("known_hosts")) }
      identityAgent = host.identityAgent.map { Sourced($0, origin("identity_agent")) }
      proxyJump = host.proxyJump.map { Sourced($0, origin("proxy_jump")) }
      hostKeyChecking = host.hostKeyChecking.map { Sourced($0, origin("host_key_checking")) }
    }

    init(_ hop: JumpHost) {
      name = hop.host
      nameOrigin = .jumpList
      user = hop.user.map { Sourced($0, .jumpList) }
      port = hop.port.map { Sourced($0, .jumpList) }
    }
  }

  /// The first hop follows its own configuration, other hops included; the later ones are reached through it.
  private func chain(
    to asked: Asked, source: InventoryHost.SSHConfigSource, visited: [String]
  ) throws(ParallaxError) -> [SSHEndpoint] {
    let endpoint = try endpoint(asked, source: source)
    var hops: [SSHEndpoint] = []
    for (index, jump) in endpoint.jumps.value.enumerated() {
      guard !visited.contains(jump.host), jump.host != asked.name else {
        throw ParallaxError(
          .inventoryInvalid, "the way to \(asked.name) leads through \(jump.host) again",
          at: endpoint.jumps.place, remedy: "say `ProxyJump none` for Host \(jump.host)")
      }
      if index == 0 {
        hops += try chain(to: Asked(jump), source: source, visited: visited + [asked.name])
      } else {
        var hop = try self.endpoint(Asked(jump), source: source)
        hop.jumps = Sourced([], endpoint.jumps.origin)
        hop.obstacle = nil
        hops.append(hop)
      }
    }
    guard hops.count <= Self.hopLimit else {
      throw ParallaxError(
        .inventoryInvalid, "more than \(Self.hopLimit) hops lead to \(asked.name)", at: endpoint.jumps.place)
    }
    return hops + [endpoint]
  }

  private func endpoint(
    _ asked: Asked, source: InventoryHost.SSHConfigSource
  ) throws(ParallaxError) -> SSHEndpoint {
    var reading = SSHConfigReading(
      host: asked.name, user: asked.user?.value, port: asked.port?.value, environment: environment)
    try reading.read(source)
    return try SSHEndpointBuilder(asked: asked, reading: reading, environment: environment).endpoint()
  }
}

extension Sourced {
  /// The line it came from.
  var place: ParallaxError.Location? {
    switch origin {
    case .inventory(let place): place
    case .sshConfig(let place): place
    case .commandLine, .jumpList, .builtIn: nil
    }
  }
}
