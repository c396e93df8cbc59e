internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// Where the agent of a host runs: on the host, or here, with its requests leaving through the host's SSH server.
struct AgentSeat: Sendable {
  /// Where the agent is put and started.
  let connection: any HostConnection
  /// What follows the agent's name on its command line, ready for a shell.
  let arguments: String
  /// Seconds that a request may be later at the target than the agent thinks; 0 where it leaves from the agent itself.
  let delay: Double

  /// The address that requests go to.
  struct Target: Sendable {
    var address: String
    var port: Int
  }

  static func take(
    for host: InventoryHost, over connection: any HostConnection, target: Target
  ) async throws -> AgentSeat {
    guard host.agentPlace == .controller else { return AgentSeat(connection: connection, arguments: "", delay: 0) }
    let relay = try RelayedAgentConnection(host: connection)
    do {
      let delay = try await connection.forward(socket: relay.socket, to: target.address, port: target.port)
      return AgentSeat(connection: relay, arguments: " --through '\(relay.socket)'", delay: delay)
    } catch {
      await relay.close()
      throw error
    }
  }
}

/// Commands run here, beside a connection to the host that carries what they send.
private final class RelayedAgentConnection: HostConnection {
  private let host: any HostConnection
  private let folder: String
  private let here = CommandConnection.local

  init(host: any HostConnection) throws {
    self.host = host
    // Only its owner may enter it: whoever can reach the socket can speak to the target as the host. The path is short,
    // because that of a socket must be.
    var template = Array("/tmp/parallax-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ParallaxError(.linkFailed, "no folder can be made in /tmp", cause: String(cString: strerror(errno)))
    }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  var socket: String { folder + "/relay" }

  func run(_ command: String, input: SSHInput, deadline: Double) async throws -> CommandResult {
    try await here.run(command, input: input, deadline: deadline)
  }

  func start(_ command: String) async throws -> any CommandStream { try await here.start(command) }

  func close() async {
    await host.close()
    removeFolder()
  }

  deinit { removeFolder() }

  private func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }
}
