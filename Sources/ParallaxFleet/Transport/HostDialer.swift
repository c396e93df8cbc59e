internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// Opens the connection that a host's inventory entry asks for.
public struct HostDialer: Sendable {
  /// Asks the user for a secret that an environment variable does not hold; nil where nobody can be asked.
  public typealias Prompt = @Sendable (_ question: String) async -> [UInt8]?

  /// Keys that OpenSSH tries when none is named, without RSA, which libssh2 cannot use.
  private static let usualKeys = ["id_ed25519", "id_ecdsa"]

  private let prompt: Prompt?
  let limits: FleetLimits

  public init(prompt: Prompt? = nil, limits: FleetLimits = FleetLimits()) {
    self.prompt = prompt
    self.limits = limits
  }

  func dial(_ host: InventoryHost) async throws -> any HostConnection {
    switch host.transport {
    case .local: return CommandConnection.local
    case .command(let words): return CommandConnection.template(words)
    case .openssh:
      return CommandConnection.openSSH(
        address: host.address, port: host.port == 22 ? nil : host.port, user: host.user,
        identityFiles: host.identityFiles, connectTimeout: limits.connect)
    case .ssh:
      let configuration = self.configuration(for: host)
      let retry = ConnectionRetry(patience: limits.connect)
      return try await translated(host.name) { () async throws(SSHError) in
        let connection = try await retry { () async throws(SSHError) in try await SSHConnection.connect(configuration) }
        return SSHHostConnection(host: host.name, connection: connection)
      }
    }
  }

  private func configuration(for host: InventoryHost) -> SSHConfiguration {
    let home = FileManager.default.homeDirectoryForCurrentUser.path
    let knownHosts = host.knownHostsFiles.isEmpty ? ["\(home)/.ssh/known_hosts"] : host.knownHostsFiles
    return SSHConfiguration(
      host: host.address, port: UInt16(host.port), user: host.user ?? NSUserName(), knownHosts: knownHosts,
      authentication: authentication(for: host, home: home), timeouts: timeouts)
  }

  private var timeouts: SSHTimeouts {
    SSHTimeouts(
      connect: .seconds(limits.connect), handshake: .seconds(limits.connect),
      authentication: .seconds(limits.authentication), open: .seconds(max(limits.connect, 1)))
  }

  /// Named key files first, as the user chose them; then the ssh-agent and, where no file is named, the usual ones. A
  /// password only where the inventory asks for it.
  private func authentication(for host: InventoryHost, home: String) -> [SSHAuthentication] {
    var ways: [SSHAuthentication] = []
    let passphrase: @Sendable (String) async -> SSHSecret? = { path in
      await secret(in: host.passphraseEnvironment, question: "Passphrase for \(path): ")
    }
    let agentSocket = host.identityAgent ?? ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"]
    let agent: [SSHAuthentication] = agentSocket.map { $0.isEmpty ? [] : [.agent(socket: $0)] } ?? []
    if host.identityFiles.isEmpty {
      ways += agent
      for name in Self.usualKeys where FileManager.default.fileExists(atPath: "\(home)/.ssh/\(name)") {
        ways.append(.keyFile(path: "\(home)/.ssh/\(name)", passphrase: passphrase))
      }
    } else {
      ways += host.identityFiles.map { .keyFile(path: $0, passphrase: passphrase) } + agent
    }
    if let variable = host.passwordEnvironment {
      ways.append(
        .password { await secret(in: variable, question: "Password for \(host.user ?? "") at \(host.name): ") })
    }
    return ways
  }

  private func secret(in variable: String?, question: String) async -> SSHSecret? {
    if let variable, let value = ProcessInfo.processInfo.environment[variable] { return SSHSecret(Array(value.utf8)) }
    guard let answer = await prompt?(question) else { return nil }
    return SSHSecret(answer)
  }
}
