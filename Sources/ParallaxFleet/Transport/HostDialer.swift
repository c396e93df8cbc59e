internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// Opens the connection that a host's inventory entry asks for.
public struct HostDialer: Sendable {
  /// Asks the user for a secret that an environment variable does not hold; nil where nobody can be asked.
  public typealias Prompt = @Sendable (_ question: String) async -> [UInt8]?

  private let prompt: Prompt?
  private let resolver = SSHResolver(environment: .current)

  public init(prompt: Prompt? = nil) { self.prompt = prompt }

  func dial(_ host: InventoryHost) async throws -> any HostConnection {
    switch host.transport {
    case .local: return CommandConnection.local
    case .command(let words): return CommandConnection.template(words)
    case .openssh:
      return CommandConnection.openSSH(host)
    case .ssh:
      let route = try resolver.route(to: host)
      try route.requireUsable()
      return try await connect(route, host: host)
    }
  }

  /// Each hop is a session of its own, carried by the one before it, with its own host key and login.
  private func connect(_ route: SSHRoute, host: InventoryHost) async throws -> any HostConnection {
    var hops: [SSHConnection] = []
    for hop in route.hops {
      let configuration = configuration(for: hop, authentication: authentication(for: hop, host: nil))
      let carrier = hops.last
      hops.append(
        try await translated("\(host.name), at the hop \(hop.name)") { () async throws(SSHError) in
          try await SSHConnection.connect(configuration, through: carrier)
        })
    }
    let configuration = configuration(
      for: route.host, authentication: authentication(for: route.host, host: host))
    let carrier = hops.last
    let connection = try await translated(host.name) { () async throws(SSHError) in
      try await SSHConnection.connect(configuration, through: carrier)
    }
    return SSHHostConnection(host: host.name, connection: connection, hops: hops)
  }

  private func configuration(for endpoint: SSHEndpoint, authentication: [SSHAuthentication]) -> SSHConfiguration {
    var configuration = SSHConfiguration(
      host: endpoint.address.value, port: UInt16(endpoint.port.value), user: endpoint.user.value,
      knownHosts: endpoint.knownHosts.map(\.value), authentication: authentication)
    configuration.hostKeyChecking = endpoint.hostKeyChecking.value == .strict ? .strict : .acceptNew
    configuration.hashKnownHosts = endpoint.hashKnownHosts.value
    configuration.hostKeyAlias = endpoint.hostKeyAlias?.value
    configuration.hostKeyAlgorithms = endpoint.hostKeyAlgorithms?.value
    if let seconds = endpoint.connectTimeout?.value { configuration.timeouts.connect = .seconds(seconds) }
    return configuration
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
