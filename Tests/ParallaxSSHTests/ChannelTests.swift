internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("A long-lived channel", .needsOpenSSH)
  struct ChannelTests {
    @Test(
      "output arrives while input is still being written, also while keys are renewed", arguments: ["default", "1M"])
    func fullDuplex(rekeyLimit: String) async throws {
      try await SSHServer.with(options: ["RekeyLimit \(rekeyLimit)"]) { server in
        let connection = try await server.connect()
        let channel = try await connection.open("cat")
        let total = 24 << 20
        async let echoed = Self.readToEnd(channel)
        for piece in 0..<(total / 100_000) {
          try await channel.write([UInt8](repeating: UInt8(piece & 0xFF), count: 100_000), timeout: .seconds(10))
        }
        channel.finishWriting()
        let bytes = try await echoed
        #expect(bytes.count == total / 100_000 * 100_000)
        #expect((0..<(total / 100_000)).allSatisfy { bytes[$0 * 100_000 + 99_999] == UInt8($0 & 0xFF) })
        #expect(try await channel.exit(timeout: .seconds(10)) == .status(0))
      }
    }

    private static func readToEnd(_ channel: SSHChannel) async throws -> [UInt8] {
      var all: [UInt8] = []
      while let bytes = try await channel.read(timeout: .seconds(10)) { all += bytes }
      return all
    }

    @Test("messages go back and forth, beside another command of the session")
    func pingPong() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let channel = try await connection.open("exec cat")
        for number in 0..<200 {
          let message = Array("message \(number)\n".utf8)
          try await channel.write(message)
          var answer: [UInt8] = []
          while answer.count < message.count { answer += try await channel.read(timeout: .seconds(5)) ?? [] }
          #expect(answer == message)
          if number == 100 {
            #expect(try await connection.execute("echo beside", timeout: .seconds(10)).text == "beside\n")
          }
        }
      }
    }

    @Test("the tail of the error output is kept for nobody's asking")
    func errorTail() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let channel = try await connection.open(
          "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo last words >&2; echo done")
        #expect(try await channel.read(timeout: .seconds(10)) == Array("done\n".utf8))
        #expect(try await channel.read(timeout: .seconds(10)) == nil)
        #expect(try await channel.exit(timeout: .seconds(10)) == .status(0))
        let tail = channel.errorTail()
        #expect(tail.utf8.count == 65536)
        #expect(tail.hasSuffix("xxlast words\n"))
      }
    }

    @Test("a reader that stops reading stops the command, and nothing is lost")
    func backpressure() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let channel = try await connection.open("head -c 20000000 /dev/zero; touch '\(server.folder.path)/finished'")
        let first = try await channel.read(timeout: .seconds(10))?.count ?? 0
        // The rest fills every buffer on the way; another command still gets through.
        let other = try await connection.execute("ls '\(server.folder.path)'", timeout: .seconds(10))
        #expect(!other.text.contains("finished"))
        #expect(try await Self.readToEnd(channel).count + first == 20_000_000)
        #expect(try await channel.exit(timeout: .seconds(10)) == .status(0))
      }
    }

    @Test("writes wait while the command does not read, and a timed-out or cancelled one is taken back whole")
    func writeBackpressure() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let go = server.folder.path + "/go"
        let channel = try await connection.open("while [ ! -e '\(go)' ]; do sleep 0.05; done; wc -c")
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        var accepted = 0
        let error = await expectFailure(.timedOut) {
          while accepted < 100 {
            try await channel.write(piece, timeout: .milliseconds(300))
            accepted += 1
          }
        }
        #expect(error != nil && accepted > 0)
        let task = Task { try await channel.write(Array("never sent".utf8)) }
        task.cancel()
        await expectFailure(.cancelled) { try await task.value }
        _ = try await connection.execute("touch '\(go)'", timeout: .seconds(10))
        try await channel.write(Array("12345".utf8), timeout: .seconds(10))
        channel.finishWriting()
        let count = String(decoding: try await Self.readToEnd(channel), as: UTF8.self)
        #expect(count == "\(accepted * piece.count + 5)\n")
      }
    }

    @Test("reads time out and are cancelled without losing what comes later")
    func readTimeout() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let channel = try await connection.open("cat")
        await expectFailure(.timedOut) { try await channel.read(timeout: .milliseconds(50)) }
        let task = Task { try await channel.read() }
        task.cancel()
        await expectFailure(.cancelled) { try await task.value }
        try await channel.write(Array("late".utf8))
        #expect(try await channel.read(timeout: .seconds(5)) == Array("late".utf8))
      }
    }

    @Test("closing a channel gives it its end of input, and whoever waits is told")
    func close() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let marker = server.folder.path + "/ended"
        let channel = try await connection.open("cat > /dev/null; touch '\(marker)'")
        let reading = Task { try await channel.read() }
        let exiting = Task { try await channel.exit() }
        channel.close()
        channel.close()
        await expectFailure(.closed) { try await reading.value }
        await expectFailure(.closed) { try await exiting.value }
        await expectFailure(.closed) { try await channel.write([1]) }
        let check = "while [ ! -e '\(marker)' ]; do sleep 0.02; done"
        #expect(try await connection.execute(check, timeout: .seconds(10)).exit == .status(0))
      }
    }

    @Test("closing the session ends everything on it, and the command loses its input")
    func closeSession() async throws {
      try await SSHServer.with { server in
        let connection = try await server.connect()
        let marker = server.folder.path + "/ended"
        let channel = try await connection.open("cat > /dev/null; touch '\(marker)'")
        let reading = Task { try await channel.read() }
        connection.close()
        await expectFailure(.closed) { try await reading.value }
        await expectFailure(.closed) { try await connection.open("true") }
        await expectFailure(.closed) { try await connection.execute("true", timeout: .seconds(5)) }
        let second = try await server.connect()
        let check = "while [ ! -e '\(marker)' ]; do sleep 0.02; done"
        #expect(try await second.execute(check, timeout: .seconds(10)).exit == .status(0))
      }
    }

    @Test("a session is gone when nobody holds it any more")
    func release() async throws {
      try await SSHServer.with { server in
        var connection: SSHConnection? = try await server.connect()
        var channel: SSHChannel? = try await connection?.open("cat")
        let second = try await server.connect()
        connection = nil
        try await channel?.write([1])
        #expect(try await channel?.read(timeout: .seconds(5)) == [1])
        channel = nil
        let check = "while pgrep -P $(pgrep -P \(server.processID) -d,) -x cat; do sleep 0.02; done"
        #expect(try await second.execute(check, timeout: .seconds(10)).exit == .status(0))
      }
    }
  }
}
