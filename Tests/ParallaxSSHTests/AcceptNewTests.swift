internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("Host keys that are met for the first time", .needsOpenSSH)
  struct AcceptNewTests {
    private func configuration(_ server: SSHServer, holding lines: String = "") throws -> SSHConfiguration {
      var configuration = try server.configuration(knownHosts: lines)
      configuration.hostKeyChecking = .acceptNew
      return configuration
    }

    private func contents(_ configuration: SSHConfiguration) throws -> String {
      try Tool.run("/bin/cat", [configuration.knownHosts[0]])
    }

    @Test("a new key is kept, and checked strictly from then on", arguments: [false, true])
    func isKept(hashed: Bool) async throws {
      try await SSHServer.with { server in
        // A last line without its end must not swallow the new one.
        var configuration = try configuration(server, holding: "# mine")
        configuration.hashKnownHosts = hashed
        _ = try await SSHConnection.connect(configuration)
        let text = try contents(configuration)
        #expect(text.hasPrefix("# mine\n") && text.contains("127.0.0.1") == !hashed)
        configuration.hostKeyChecking = .strict
        _ = try await SSHConnection.connect(configuration)
        // OpenSSH finds it too.
        let found = try Tool.run(
          "/usr/bin/ssh-keygen", ["-F", "[127.0.0.1]:\(server.port)", "-f", configuration.knownHosts[0]])
        #expect(found.contains("ssh-ed25519"))
        _ = try await SSHConnection.connect(configuration)
        #expect(try contents(configuration) == text)
      }
    }

    @Test("many sessions that meet a host at once keep its key once")
    func atOnce() async throws {
      try await SSHServer.with { server in
        let configuration = try configuration(server)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 { group.addTask { _ = try await SSHConnection.connect(configuration) } }
          try await group.waitForAll()
        }
        #expect(try contents(configuration).split(separator: "\n").count == 1)
      }
    }

    @Test("a changed key is refused, and nothing is written")
    func changed() async throws {
      try await SSHServer.with { server in
        let line = "[127.0.0.1]:\(server.port) " + (try server.keys.folder.read("stranger.pub"))
        let configuration = try configuration(server, holding: line)
        await expectFailure(.hostKeyChanged) { try await SSHConnection.connect(configuration) }
        #expect(try contents(configuration) == line)
      }
    }

    @Test("a host that is known by another type of key is not new")
    func otherType() async throws {
      try await SSHServer.with(hostKeys: ["ecdsa"]) { server in
        let other = try server.keys.folder.read("rsa.pub")
        let configuration = try configuration(server, holding: "[127.0.0.1]:\(server.port) \(other)")
        await expectFailure(.hostKeyUnknown) { try await SSHConnection.connect(configuration) }
      }
    }

    @Test("a revoked key is refused")
    func revoked() async throws {
      try await SSHServer.with { server in
        let configuration = try configuration(
          server, holding: "@revoked * \(try server.folder.read("host_ed25519.pub"))")
        await expectFailure(.hostKeyRevoked) { try await SSHConnection.connect(configuration) }
      }
    }

    @Test("a file that cannot be written refuses the host")
    func notWritable() async throws {
      try await SSHServer.with { server in
        var configuration = try configuration(server)
        configuration.knownHosts = ["/proc/no/known_hosts"]
        await expectFailure(.knownHostsUnreadable) { try await SSHConnection.connect(configuration) }
      }
    }

    @Test("the alias is the name under which a key is held")
    func alias() async throws {
      try await SSHServer.with { server in
        var configuration = try server.configuration(
          knownHosts: "The-Alias " + (try server.folder.read("host_ed25519.pub")))
        configuration.hostKeyAlias = "the-alias"
        _ = try await SSHConnection.connect(configuration)
      }
    }

    @Test(
      "HostKeyAlgorithms chooses the key that is asked for",
      arguments: [
        ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"), ("-ssh-ed*", "ecdsa-sha2-nistp256"),
        ("^ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"), ("+ssh-rsa", "ssh-ed25519"),
        ("rsa-sha2-512,ssh-ed25519", "ssh-ed25519"),
      ])
    func algorithms(specification: String, type: String) async throws {
      try await SSHServer.with(hostKeys: ["ed25519", "ecdsa"]) { server in
        var configuration = try configuration(server)
        configuration.hostKeyAlgorithms = specification
        #expect(try await SSHConnection.connect(configuration).info.hostKeyType == type)
        configuration.hostKeyAlgorithms = "rsa-sha2-512"
        await expectFailure(.noCommonAlgorithm) { try await SSHConnection.connect(configuration) }
      }
    }
  }
}
