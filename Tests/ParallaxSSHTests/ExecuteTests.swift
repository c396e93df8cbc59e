internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("Commands on a real sshd", .needsOpenSSH)
  struct ExecuteTests {
    @Test("standard output, error output and exit status are told apart")
    func separateStreams() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let result = try await connection.execute("echo out; echo err >&2; exit 7", timeout: .seconds(10))
        #expect(result.text == "out\n")
        #expect(result.errorText == "err\n")
        #expect(result.exit == .status(7))
        #expect(!result.succeeded)
        #expect(connection.info.banner.hasPrefix("SSH-2.0-OpenSSH"))
        #expect(connection.info.cipher == "aes128-ctr")
        #expect(connection.info.mac == "hmac-sha2-256")
        #expect(connection.info.keyExchange.hasPrefix("curve25519-sha256"))
        #expect(connection.info.hostKeyType == "ssh-ed25519")
        let fingerprint = try Tool.run("/usr/bin/ssh-keygen", ["-lf", server.folder.path + "/host_ed25519.pub"])
        #expect(fingerprint.contains(connection.info.hostKeyFingerprint))
      }
    }

    @Test("a command killed by a signal says so, instead of status 0")
    func signal() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        #expect(try await connection.execute("kill -TERM $$", timeout: .seconds(10)).exit == .signal("TERM"))
        #expect(try await connection.execute("kill -KILL $$", timeout: .seconds(10)).exit == .signal("KILL"))
        #expect(try await connection.execute("true", timeout: .seconds(10)).exit == .status(0))
      }
    }

    @Test("20 MB arrive whole, with the server renewing its keys on the way")
    func upload() async throws {
      try await SSHServer.with(options: ["RekeyLimit 3M"]) { server in
        let connection = try await server.connect()
        var generator = SystemRandomNumberGenerator()
        let words = (0..<(20_000_000 / 8)).map { _ in generator.next() }
        let bytes = words.withUnsafeBytes { [UInt8]($0) }
        let file = server.folder.path + "/upload"
        let result = try await connection.execute(
          "cat > '\(file)' && sha256sum < '\(file)'", input: .bytes(bytes), timeout: .seconds(40))
        #expect(result.exit == .status(0))
        let local = try Tool.run("/usr/bin/sha256sum", [try server.folder.write(bytes, to: "local")])
        #expect(result.text.prefix(64) == local.prefix(64))
        #expect(result.text.count > 64)
      }
    }

    @Test("a file is sent while it is read, and one that cannot be read is an error of its own")
    func file() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        var generator = SystemRandomNumberGenerator()
        let words = (0..<(3_300_000 / 8)).map { _ in generator.next() }
        let path = try server.folder.write(words.withUnsafeBytes { [UInt8]($0) }, to: "large")
        let result = try await connection.execute("sha256sum", input: .file(path), timeout: .seconds(40))
        #expect(result.text.prefix(64) == (try Tool.run("/usr/bin/sha256sum", [path])).prefix(64))
        #expect(result.text.count > 64)
        let empty = try server.folder.write([UInt8](), to: "empty")
        #expect(try await connection.execute("wc -c", input: .file(empty), timeout: .seconds(10)).text == "0\n")
        await expectFailure(.inputUnreadable) { _ = try SSHInput.file(path + "-that-is-not-there") }
        // A folder can be opened and not be read.
        await expectFailure(.inputUnreadable) {
          try await connection.execute("cat; sleep 600", input: .file(server.folder.path), timeout: .seconds(3600))
        }
        #expect(try await connection.execute("echo on", timeout: .seconds(10)).text == "on\n")
      }
    }

    @Test("much output of both kinds is collected whole")
    func download() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let command = "head -c 12000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait"
        let result = try await connection.execute(command, timeout: .seconds(30))
        #expect(result.output.count == 12_000_000)
        #expect(result.errorOutput.count == 5_000_000)
        #expect(result.exit == .status(0))
      }
    }

    @Test("more output than was allowed ends the command")
    func outputLimit() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        await expectFailure(.outputTooLarge) {
          try await connection.execute("cat /dev/zero", timeout: .seconds(20), outputLimit: 100_000)
        }
        await expectFailure(.outputTooLarge) {
          try await connection.execute("cat /dev/zero >&2", timeout: .seconds(20), outputLimit: 100_000)
        }
        #expect(try await connection.execute("echo on", timeout: .seconds(10)).text == "on\n")
      }
    }

    @Test("a command that outlasts its time is given up, and the session goes on")
    func timeout() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let error = await expectFailure(.timedOut) {
          try await connection.execute("cat; sleep 3", input: [1], timeout: .milliseconds(300))
        }
        #expect(error?.message == "[127.0.0.1]:\(server.port): a command was not done within 0.3 seconds")
        #expect(try await connection.execute("echo on", timeout: .seconds(10)).text == "on\n")
      }
    }

    @Test("input that the command does not read is no failure")
    func unreadInput() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let input = [UInt8](repeating: 1, count: 8_000_000)
        let result = try await connection.execute("echo early; exit 3", input: .bytes(input), timeout: .seconds(20))
        #expect(result.text == "early\n")
        #expect(result.exit == .status(3))
      }
    }

    @Test("commands share a session, and more than it can hold are refused without harm")
    func sharedSession() async throws {
      try await SSHServer.with(options: ["MaxSessions 4"]) { server in
        let connection = try await server.connect()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
          for number in 0..<4 {
            group.addTask { try await connection.execute("sleep 0.1; echo \(number)", timeout: .seconds(10)).text }
          }
          return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts == ["0\n", "1\n", "2\n", "3\n"])
        var held: [SSHChannel] = []
        // The server counts a session until it has reaped its command, which may be after the channel's end.
        let end = ContinuousClock.now + .seconds(10)
        while held.count < 4 {
          do throws(SSHError) {
            held.append(try await connection.open("cat"))
          } catch {
            guard error.code == .channelFailed, ContinuousClock.now < end else { throw error }
          }
        }
        await expectFailure(.channelFailed) { try await connection.open("cat") }
        for channel in held { channel.finishWriting() }
        for channel in held { #expect(try await channel.exit(timeout: .seconds(10)) == .status(0)) }
        #expect(try await connection.execute("echo on", timeout: .seconds(10)).text == "on\n")
      }
    }

    @Test("hosts by name and by IPv6 address", arguments: ["localhost", "::1"])
    func addresses(host: String) async throws {
      let local = try Tool.run("/bin/cat", ["/proc/net/if_inet6"])
      guard host == "localhost" || local.contains("00000000000000000000000000000001") else { return }
      try await SSHServer.with(options: host == "::1" ? ["ListenAddress ::1"] : []) { server in
        var configuration = try server.configuration(knownHosts: try server.knownHostsLine(host: host))
        configuration.host = host
        let connection = try await SSHConnection.connect(configuration)
        #expect(try await connection.execute("echo there", timeout: .seconds(10)).text == "there\n")
        // The name may stand for ::1 first, where this server does not listen.
        #expect(connection.info.address == (host == "::1" ? "::1" : "127.0.0.1"))
      }
    }

    @Test("20 sessions at once")
    func manySessions() async throws {
      try await SSHServer.with { server in
        let configuration = try server.configuration()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
          for number in 0..<20 {
            group.addTask {
              let connection = try await SSHConnection.connect(configuration)
              return try await connection.execute("echo \(number)", timeout: .seconds(20)).text
            }
          }
          return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts == Set((0..<20).map { "\($0)\n" }))
      }
    }
  }
}
