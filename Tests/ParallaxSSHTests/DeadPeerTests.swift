internal import Glibc
internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  /// Servers that refuse, say nothing, say something else, or die: every one of them within its deadline.
  @Suite("Dead and silent peers")
  struct DeadPeerTests {
    private static func configuration(_ port: UInt16, timeouts: SSHTimeouts = SSHTimeouts()) -> SSHConfiguration {
      SSHConfiguration(
        host: "127.0.0.1", port: port, user: "nobody", knownHosts: [], authentication: [], timeouts: timeouts)
    }

    @Test("nothing listens")
    func refused() async throws {
      let port = try Loopback.freePort()
      let error = await expectFailure(.connectionRefused) { try await SSHConnection.connect(Self.configuration(port)) }
      #expect(error?.message.contains("[127.0.0.1]:\(port)") == true)
    }

    @Test("the name does not exist")
    func nameResolution() async throws {
      var configuration = Self.configuration(22, timeouts: .hours(connect: .seconds(3)))
      configuration.host = "no-such-host.invalid"
      let error = await expectFailure(.nameResolution) { try await SSHConnection.connect(configuration) }
      #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test("a listener that accepts and never says anything")
    func silent() async throws {
      let listener = try Loopback.Listener()
      let configuration = Self.configuration(listener.port, timeouts: .hours(handshake: .milliseconds(300)))
      let start = ContinuousClock.now
      await expectFailure(.handshakeTimeout) { try await SSHConnection.connect(configuration) }
      #expect(start.duration(to: .now) >= .milliseconds(300))
    }

    @Test("a host that drops the connection's first packet")
    func connectTimeout() async throws {
      // Linux drops what does not fit into the queue of a listener that accepts nothing.
      let listener = try Loopback.Listener(backlog: 0)
      let queued = try (0..<4).map { _ in try Loopback.Attempt(port: listener.port) }
      let configuration = Self.configuration(listener.port, timeouts: .hours(connect: .milliseconds(300)))
      let start = ContinuousClock.now
      await expectFailure(.connectTimeout) { try await SSHConnection.connect(configuration) }
      #expect(start.duration(to: .now) >= .milliseconds(300))
      withExtendedLifetime(queued) {}
    }

    @Test("cancelling ends an attempt at once")
    func cancel() async throws {
      let listener = try Loopback.Listener()
      let configuration = Self.configuration(listener.port, timeouts: .hours())
      let task = Task { try await SSHConnection.connect(configuration) }
      task.cancel()
      await expectFailure(.cancelled) { try await task.value }
    }

    @Test("a listener that is no SSH server", arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", ""])
    func otherProtocol(greeting: String) async throws {
      let listener = try Loopback.Listener()
      try SystemThreads.start { listener.answerOnce(greeting) }
      let error = await expectFailure(.handshakeFailed) {
        try await SSHConnection.connect(Self.configuration(listener.port))
      }
      #expect(error?.message.contains("HTTP/1.1 400 Bad Request") == !greeting.isEmpty)
      #expect(error?.remedy != nil)
    }

    @Test("the server's process is killed while a command runs", .needsOpenSSH)
    func killed() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let channel = try await connection.open("echo $PPID; exec cat")
        let text = String(decoding: try await channel.read(timeout: .seconds(10)) ?? [], as: UTF8.self)
        let pid = try #require(pid_t(text.dropLast()))
        let exiting = Task { try await channel.exit() }
        kill(pid, SIGKILL)
        let error = await expectFailure(.closed) { try await channel.read(timeout: .seconds(10)) }
        #expect(error?.message.contains("closed the connection") == true || error?.message.contains("reset") == true)
        await expectFailure(.closed) { try await exiting.value }
        await expectFailure(.closed) { try await channel.write([1], timeout: .seconds(5)) }
        await expectFailure(.closed) { try await connection.execute("true", timeout: .seconds(5)) }
      }
    }

    @Test("the server goes away while nothing runs", .needsOpenSSH)
    func killedIdle() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let text = try await connection.execute("echo $PPID", timeout: .seconds(10)).text
        kill(try #require(pid_t(text.dropLast())), SIGKILL)
        let error = await expectFailure(.closed) { try await connection.execute("true", timeout: .seconds(10)) }
        #expect(error?.message.hasPrefix("[127.0.0.1]:\(server.port): ") == true)
      }
    }

    @Test("a reader that comes late still gets what came before the server went away", .needsOpenSSH)
    func lateReader() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let command = "echo $PPID >&2; head -c 3000000 /dev/zero; exec cat"
        let channel = try await connection.open(command, standardError: .stream)
        let text = String(decoding: try await channel.readError(timeout: .seconds(10)) ?? [], as: UTF8.self)
        // By now nobody reads, and the session's thread has paused with its buffer full.
        var received = try await channel.read(timeout: .seconds(10))?.count ?? 0
        while received < 500_000 { received += try await channel.read(timeout: .seconds(10))?.count ?? 0 }
        kill(try #require(pid_t(text.dropLast())), SIGKILL)
        await expectFailure(.closed) {
          while let bytes = try await channel.read(timeout: .seconds(10)) { received += bytes.count }
        }
        #expect(received > 500_000)
      }
    }

    @Test("the server's process stops answering while a command runs", .needsOpenSSH)
    func stopped() async throws {
      try await SSHServer.with { server in
        let configuration = try server.configuration(timeouts: .hours(open: .seconds(2)))
        let connection = try await SSHConnection.connect(configuration)
        let channel = try await connection.open("echo $PPID; exec cat")
        let text = String(decoding: try await channel.read(timeout: .seconds(10)) ?? [], as: UTF8.self)
        let pid = try #require(pid_t(text.dropLast()))
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGKILL) }
        await expectFailure(.timedOut) { try await channel.read(timeout: .milliseconds(200)) }
        await expectFailure(.timedOut) { try await channel.exit(timeout: .milliseconds(200)) }
        await expectFailure(.timedOut) { try await connection.open("true") }
        await expectFailure(.timedOut) { try await connection.execute("true", timeout: .seconds(3600)) }
        await expectFailure(.timedOut) {
          while true { try await channel.write([UInt8](repeating: 0, count: 1 << 20), timeout: .milliseconds(200)) }
        }
        channel.close()
        connection.close()
        await expectFailure(.closed) { try await channel.exit() }
      }
    }

    @Test("a peer whose packets are swallowed counts as dead after the silence that was set", .needsOpenSSH)
    func unacknowledged() async throws {
      try await SSHServer.with { server in
        let configuration = try server.configuration(timeouts: .hours(silence: .seconds(1)))
        let connection = try await SSHConnection.connect(configuration)
        let channel = try await connection.open("echo $PPID; exec cat")
        let text = String(decoding: try await channel.read(timeout: .seconds(10)) ?? [], as: UTF8.self)
        let pid = try #require(pid_t(text.dropLast()))
        // Stopped, the server reads no more: TCP's window closes, and what we send stays unacknowledged.
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGKILL) }
        await expectFailure(.closed) {
          while true { try await channel.write([UInt8](repeating: 0, count: 1 << 20), timeout: .seconds(3600)) }
        }
      }
    }
  }
}
