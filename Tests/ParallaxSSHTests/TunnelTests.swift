internal import Glibc
internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("Through other servers", .needsOpenSSH)
  struct TunnelTests {
    @Test("two hops, each with its own host key and login, carry whole megabytes both ways")
    func twoHops() async throws {
      try await SSHServer.with { first in
        try await SSHServer.with { second in
          try await SSHServer.with { last in
            let one = try await SSHConnection.connect(try first.configuration())
            let two = try await SSHConnection.connect(try second.configuration(), through: one)
            let three = try await SSHConnection.connect(try last.configuration(), through: two)
            #expect(three.info.authenticatedBy.hasPrefix("key file"))
            let ports = try await three.execute("echo $SSH_CONNECTION", timeout: .seconds(30))
            #expect(ports.text.split(separator: " ").last == "\(last.port)\n")
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 8) }
            let echoed = try await three.execute("cat", input: .bytes(bytes), timeout: .seconds(60))
            #expect(echoed.output == bytes)
            three.close()
            // Whoever made the hops ends them.
            _ = try await two.execute("true", timeout: .seconds(30))
          }
        }
      }
    }

    @Test("several sessions share a hop, and the end of one leaves the others")
    func sharedHop() async throws {
      try await SSHServer.with { hop in
        try await SSHServer.with { host in
          let carrier = try await hop.connect()
          let channels = try await withThrowingTaskGroup(of: SSHResult.self) { group in
            for number in 0..<6 {
              let configuration = try host.configuration()
              group.addTask {
                let connection = try await SSHConnection.connect(configuration, through: carrier)
                return try await connection.execute("echo \(number)", timeout: .seconds(60))
              }
            }
            return try await group.reduce(into: []) { $0.append($1.text) }
          }
          #expect(channels.sorted() == (0..<6).map { "\($0)\n" })
        }
      }
    }

    @Test("the host behind the hop is checked under its own name")
    func hostKeyBehindTheHop() async throws {
      try await SSHServer.with { hop in
        try await SSHServer.with { host in
          let carrier = try await hop.connect()
          let other = try host.keys.folder.read("stranger.pub")
          let configuration = try host.configuration(knownHosts: "[127.0.0.1]:\(host.port) \(other)")
          await expectFailure(.hostKeyChanged) { try await SSHConnection.connect(configuration, through: carrier) }
        }
      }
    }

    @Test("a hop that forwards nothing, or reaches nobody, is named with the address")
    func refusedByTheHop() async throws {
      try await SSHServer.with { host in
        try await SSHServer.with(options: ["AllowTcpForwarding no"]) { hop in
          let carrier = try await hop.connect()
          let configuration = try host.configuration()
          let error = await expectFailure(.unreachable) {
            try await SSHConnection.connect(configuration, through: carrier)
          }
          #expect(error?.message.contains("[127.0.0.1]:\(hop.port) does not connect us to") == true)
          #expect(error?.remedy?.contains("AllowTcpForwarding") == true)
          // The hop itself goes on.
          _ = try await carrier.execute("true", timeout: .seconds(30))
        }
        let carrier = try await host.connect()
        var configuration = try host.configuration()
        configuration.port = try Loopback.freePort()
        await expectFailure(.unreachable) { try await SSHConnection.connect(configuration, through: carrier) }
      }
    }

    @Test("the end of the hop is the end of what it carries")
    func hopEnds() async throws {
      try await SSHServer.with { hop in
        try await SSHServer.with { host in
          let carrier = try await hop.connect()
          let connection = try await SSHConnection.connect(try host.configuration(), through: carrier)
          let channel = try await connection.open("cat")
          carrier.close()
          await expectFailure(.closed) { try await channel.read(timeout: .seconds(60)) }
        }
      }
    }

    @Test("a local socket leads to an address behind the server, again and again")
    func forwarding() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let path = server.folder.path + "/forward"
        try await connection.forward(socket: path, to: "127.0.0.1", port: server.port)
        for _ in 0..<5 {
          // The server behind the server greets as itself.
          let greeting = try LocalSocket(path).firstLine()
          #expect(greeting.hasPrefix("SSH-2.0-"))
        }
        connection.close()
      }
    }

    @Test("of an agent's keys only the named ones are offered")
    func onlyNamedIdentities() async throws {
      try await SSHServer.with { server in
        let agent = try await Agent(keys: ["stranger", "ecdsa", "ed25519"])
        let wanted = [server.keys.path("ed25519")]
        let configuration = try server.configuration(authentication: [.agent(socket: agent.socket, only: wanted)])
        #expect(try await SSHConnection.connect(configuration).info.authenticatedBy == "agent key ed25519")
        let none = try server.configuration(authentication: [.agent(socket: agent.socket, only: ["/missing"])])
        await expectFailure(.authenticationRefused) { try await SSHConnection.connect(none) }
      }
    }
  }
}

/// A client of a socket in the file system.
private final class LocalSocket {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafeBytes(of: &address) {
      connect(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard status == 0 else { throw Tool.Failure(description: "connect: \(errno)") }
  }

  deinit { close(descriptor) }

  /// Blocks until it has come.
  func firstLine() throws -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
