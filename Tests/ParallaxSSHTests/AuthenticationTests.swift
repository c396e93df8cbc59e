internal import Glibc
internal import ParallaxSSH
internal import Synchronization
internal import Testing

extension RealServerTests {
  @Suite("Authentication", .needsOpenSSH)
  struct AuthenticationTests {
    private func authenticate(_ methods: [SSHAuthentication], options: [String] = []) async throws -> String {
      try await SSHServer.with(options: options) { server in
        let connection = try await SSHConnection.connect(try server.configuration(authentication: methods))
        #expect(try await connection.execute("echo in", timeout: .seconds(10)).text == "in\n")
        return connection.info.authenticatedBy
      }
    }

    private func path(_ key: String) throws -> String { try TestKeys.shared.get().path(key) }

    @Test("key files", arguments: ["ed25519", "ecdsa"])
    func keyFile(name: String) async throws {
      let path = try path(name)
      // Its passphrase is not asked for: the key is not encrypted.
      let method = SSHAuthentication.keyFile(path: path) { _ in
        Issue.record("asked for a passphrase")
        return nil
      }
      #expect(try await authenticate([method]) == "key file \(path)")
    }

    @Test("encrypted key files, with the right passphrase", arguments: ["encrypted", "encrypted-ecdsa", "pem"])
    func encrypted(name: String) async throws {
      let path = try path(name)
      let asked = Mutex<[String]>([])
      let method = SSHAuthentication.keyFile(path: path) { path in
        asked.withLock { $0.append(path) }
        return SSHSecret(Array(TestKeys.passphrase.utf8))
      }
      #expect(try await authenticate([method]) == "key file \(path)")
      #expect(asked.withLock { $0 } == [path])
    }

    @Test("a wrong passphrase is told from a refusal, and is not repeated in the error")
    func wrongPassphrase() async throws {
      let path = try path("encrypted")
      let error = await expectFailure(.passphraseWrong) {
        try await authenticate([.keyFile(path: path) { _ in SSHSecret(Array("battery staple".utf8)) }])
      }
      #expect(error?.message.contains(path) == true)
      #expect(error.map { "\($0)" }?.contains("battery") == false)
    }

    @Test("an encrypted key without a passphrase says so")
    func noPassphrase() async throws {
      let path = try path("encrypted")
      await expectFailure(.passphraseRequired) { try await authenticate([.keyFile(path: path)]) }
      await expectFailure(.passphraseRequired) { try await authenticate([.keyFile(path: path) { _ in nil }]) }
    }

    @Test("RSA key files and files that are no keys are named before anything is sent")
    func unusableKeys() async throws {
      let rsa = try path("rsa")
      let error = await expectFailure(.rsaKey) { try await authenticate([.keyFile(path: rsa)]) }
      #expect(error?.remedy?.contains("transport: openssh") == true)
      let missing = try path("missing")
      await expectFailure(.keyUnreadable) { try await authenticate([.keyFile(path: missing)]) }
      let publicKey = try path("ed25519.pub")
      await expectFailure(.keyUnreadable) { try await authenticate([.keyFile(path: publicKey)]) }
    }

    @Test("a real ssh-agent; its RSA key is passed over")
    func agent() async throws {
      let agent = try await Agent(keys: ["rsa", "stranger", "ecdsa", "ed25519"])
      #expect(try await authenticate([.agent(socket: agent.socket)]) == "agent key ecdsa")
      let other = try await Agent(keys: ["ed25519"])
      #expect(try await authenticate([.agent(socket: other.socket)]) == "agent key ed25519")
    }

    @Test("agents that cannot help are named")
    func uselessAgents() async throws {
      await expectFailure(.agentUnavailable) { try await authenticate([.agent(socket: "/nonexistent/agent")]) }
      let empty = try await Agent(keys: [])
      await expectFailure(.agentUnavailable) { try await authenticate([.agent(socket: empty.socket)]) }
      let rsa = try await Agent(keys: ["rsa"])
      await expectFailure(.rsaKey) { try await authenticate([.agent(socket: rsa.socket)]) }
    }

    @Test("an agent that hangs runs into the deadline")
    func hangingAgent() async throws {
      let agent = try await Agent(keys: ["ed25519"])
      kill(agent.processID, SIGSTOP)
      try await SSHServer.with { server in
        await expectFailure(.authenticationTimeout) {
          try await SSHConnection.connect(
            try server.configuration(
              authentication: [.agent(socket: agent.socket)], timeouts: .hours(authentication: .milliseconds(400))))
        }
      }
    }

    @Test("the next method is tried where one fails, in the caller's order")
    func order() async throws {
      let methods: [SSHAuthentication] = [
        .agent(socket: "/nonexistent/agent"), .keyFile(path: try path("rsa")), .keyFile(path: try path("stranger")),
        .keyFile(path: try path("ecdsa")), .keyFile(path: try path("ed25519")),
      ]
      #expect(try await authenticate(methods) == "key file \(try path("ecdsa"))")
    }

    @Test("a refusal names what the server offers and what was tried")
    func refused() async throws {
      let stranger = try path("stranger")
      let error = await expectFailure(.authenticationRefused) {
        try await authenticate(
          [
            .keyFile(path: stranger), .password { SSHSecret(Array("swordfish".utf8)) },
            .keyFile(path: try path("rsa")),
          ], options: ["PasswordAuthentication yes"])
      }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains("publickey") && text.contains("offers") && text.contains("password"))
      #expect(text.contains("key file \(stranger)"))
      #expect(text.contains("RSA"))
      #expect(!text.contains("swordfish"))
    }

    @Test("a password is neither asked for nor sent where the server takes none")
    func passwordNotOffered() async throws {
      let error = await expectFailure(.authenticationRefused) {
        try await authenticate([
          .password {
            Issue.record("asked for a password")
            return nil
          }
        ])
      }
      #expect(error?.message.contains("not accepted") == true)
    }

    @Test("a server that has had enough says so")
    func tooManyAttempts() async throws {
      let stranger = try path("stranger")
      let methods = Array(repeating: SSHAuthentication.keyFile(path: stranger), count: 4)
      let error = await expectFailure(.authenticationRefused) {
        try await authenticate(methods, options: ["MaxAuthTries 2"])
      }
      #expect(error?.message.contains("Too many authentication failures") == true)
    }

    @Test("secrets are not printed")
    func secretsAreNotPrinted() {
      let secret = SSHSecret(Array("swordfish".utf8))
      var dumped = ""
      dump(secret, to: &dumped)
      #expect("\(secret) \(String(reflecting: secret)) \(dumped)".contains("swordfish") == false)
    }
  }
}
