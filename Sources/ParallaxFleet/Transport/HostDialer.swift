internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// Opens the connection that a host's inventory entry asks for.
public struct HostDialer: Sendable {
  /// Asks the user for a secret that an environment variable does not hold; nil where nobody can be asked.
  public typealias Prompt = @Sendable (_ question: String) async -> [UInt8]?

  private let prompt: Prompt?
  let limits: FleetLimits
  private let resolver = SSHResolver(environment: .current)

  public init(prompt: Prompt? = nil, limits: FleetLimits = FleetLimits()) {
    self.prompt = prompt
    self.limits = limits
  }

  /// - Parameter whenConnected: called each time a server has shown its key and a login begins.
  func dial(
    _ host: InventoryHost, whenConnected: @escaping @Sendable () -> Void = {}
  ) async throws -> any HostConnection {
    switch host.transport {
    case .local: return CommandConnection.local
    case .command(let words): return CommandConnection.template(words)
    case .openssh:
      return CommandConnection.openSSH(host, connectTimeout: limits.seconds(.connect, of: host))
    case .ssh:
      let route = try resolver.route(to: host)
      try route.requireUsable()
      return try await connect(route, host: host, whenConnected: whenConnected)
    }
  }

  /// Each hop is a session of its own, carried by the one before it, with its own host key and login.
  private func connect(
    _ route: SSHRoute, host: InventoryHost, whenConnected: @escaping @Sendable () -> Void
  ) async throws -> any HostConnection {
    var hops: [SSHConnection] = []
    let retry = ConnectionRetry(patience: limits.seconds(.connect, of: host))
    for hop in route.hops {
      let configuration = configuration(
        for: hop, of: host, authentication: authentication(for: hop, host: nil))
      let carrier = hops.last
      hops.append(
        try await translated("\(host.name), at the hop \(hop.name)") { () async throws(SSHError) in
          try await retry { () async throws(SSHError) in
            try await SSHConnection.connect(configuration, through: carrier, whenConnected: whenConnected)
          }
        })
    }
    let configuration = configuration(
      for: route.host, of: host, authentication: authentication(for: route.host, host: host))
    let carrier = hops.last
    let connection = try await translated(host.name) { () async throws(SSHError) in
      try await retry { () async throws(SSHError) in
        try await SSHConnection.connect(configuration, through: carrier, whenConnected: whenConnected)
      }
    }
    return SSHHostConnection(host: host.name, connection: connection, hops: hops)
  }

  /// - Parameter host: the one that is reached by way of the endpoint, or is it: its deadlines hold for the way too.
  private func configuration(
    for endpoint: SSHEndpoint, of host: InventoryHost, authentication: [SSHAuthentication]
  ) -> SSHConfiguration {
    var configuration = SSHConfiguration(
      host: endpoint.address.value, port: UInt16(endpoint.port.value), user: endpoint.user.value,
      knownHosts: endpoint.knownHosts.map(\.value), authentication: authentication,
      timeouts: timeouts(for: endpoint, of: host))
    configuration.hostKeyChecking = endpoint.hostKeyChecking.value == .strict ? .strict : .acceptNew
    configuration.hashKnownHosts = endpoint.hashKnownHosts.value
    configuration.hostKeyAlias = endpoint.hostKeyAlias?.value
    configuration.hostKeyAlgorithms = endpoint.hostKeyAlgorithms?.value
    return configuration
  }

  private func timeouts(for endpoint: SSHEndpoint, of host: InventoryHost) -> SSHTimeouts {
    let connect = limits.deadline(.connect, of: host, configured: endpoint.connectTimeout).value
    return SSHTimeouts(
      connect: .seconds(connect), handshake: .seconds(connect),
      authentication: .seconds(limits.seconds(.authentication, of: host)), open: .seconds(max(connect, 1)))
  }

  /// Named key files first, as the user chose them; then the ssh-agent and, where no file is named, the usual ones. A
  /// password only where the inventory asks for it, and only at the host itself.
  private func authentication(for endpoint: SSHEndpoint, host: InventoryHost?) -> [SSHAuthentication] {
    let passphrase: @Sendable (String) async -> SSHSecret? = { path in
      await secret(in: host?.passphraseEnvironment, question: "Passphrase for \(path): ")
    }
    let named = endpoint.identityFiles.filter { $0.origin != .builtIn }.map(\.value)
    let usual = endpoint.identityFiles.filter { $0.origin == .builtIn }.map(\.value)
      .filter { FileManager.default.fileExists(atPath: $0) }
    let only = endpoint.identitiesOnly.value ? named + usual : nil
    // A public half says which of the agent's keys is meant; it is none itself.
    var ways = named.filter { !$0.hasSuffix(".pub") }.map {
      SSHAuthentication.keyFile(path: $0, passphrase: passphrase)
    }
    if let socket = endpoint.identityAgent.value { ways.append(.agent(socket: socket, only: only)) }
    ways += usual.map { .keyFile(path: $0, passphrase: passphrase) }
    if let host, let variable = host.passwordEnvironment {
      let question = "Password for \(endpoint.user.value) at \(host.name): "
      ways.append(.password { await secret(in: variable, question: question) })
    }
    return ways
  }

  private func secret(in variable: String?, question: String) async -> SSHSecret? {
    if let variable, let value = ProcessInfo.processInfo.environment[variable] { return SSHSecret(Array(value.utf8)) }
    guard let answer = await prompt?(question) else { return nil }
    return SSHSecret(answer)
  }
}
