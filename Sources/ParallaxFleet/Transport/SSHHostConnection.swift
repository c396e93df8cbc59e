internal import ParallaxModel
internal import ParallaxSSH

/// A host over libssh2, its errors told in this program's terms.
struct SSHHostConnection: HostConnection {
  let host: String
  let connection: SSHConnection
  /// The sessions that carry it, first to last.
  let hops: [SSHConnection]

  func run(_ command: String, input: SSHInput, deadline: Double) async throws -> CommandResult {
    try await translated(host) { () async throws(SSHError) in
      let result = try await connection.execute(command, input: input, timeout: .seconds(deadline))
      return CommandResult(
        output: result.output, diagnostics: result.errorOutput, status: Self.status(of: result.exit))
    }
  }

  func start(_ command: String) async throws -> any CommandStream {
    try await translated(host) { () async throws(SSHError) in
      SSHStream(host: host, channel: try await connection.open(command))
    }
  }

  /// The handshake has taken several round trips, and so bounds one.
  func forward(socket path: String, to address: String, port: Int) async throws -> Double {
    try await translated(host) { () async throws(SSHError) in
      try await connection.forward(socket: path, to: address, port: UInt16(port))
    }
    return connection.info.times.handshake / .seconds(1)
  }

  func close() async {
    connection.close()
    for hop in hops.reversed() { hop.close() }
  }

  /// Shells say 128 and the signal's number; libssh2 gives only its name, so a signal is told as 128.
  fileprivate static func status(of exit: SSHExit) -> Int32 {
    switch exit {
    case .status(let status): status
    case .signal: 128
    }
  }
}

/// An SSH channel as the stream that an agent link needs.
private struct SSHStream: CommandStream {
  let host: String
  let channel: SSHChannel

  func write(_ bytes: [UInt8]) async throws {
    try await translated(host) { () async throws(SSHError) in try await channel.write(bytes) }
  }

  func read() async throws -> [UInt8]? {
    try await translated(host) { () async throws(SSHError) in try await channel.read() }
  }

  func finishWriting() { channel.finishWriting() }

  func exitStatus() async throws -> Int32 {
    try await translated(host) { () async throws(SSHError) in SSHHostConnection.status(of: try await channel.exit()) }
  }

  func diagnostics() async -> String { channel.errorTail() }

  func close() async { channel.close() }
}

/// Gives an SSH error the code that decides the exit status, and the host's name in the inventory.
func translated<Value>(_ host: String, _ work: () async throws(SSHError) -> Value) async throws -> Value {
  do {
    return try await work()
  } catch {
    let code: ParallaxError.Code =
      switch error.code {
      case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .knownHostsUnreadable: .hostKeyRefused
      case .authenticationRefused, .authenticationTimeout, .agentUnavailable, .keyUnreadable, .passphraseRequired,
        .passphraseWrong, .rsaKey:
        .authenticationRefused
      case .channelFailed, .closed, .cancelled, .outputTooLarge: .linkFailed
      default: .hostUnreachable
      }
    throw ParallaxError(code, "\(host): \(error.message)", remedy: error.remedy, cause: error.code.description)
  }
}
