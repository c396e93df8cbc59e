internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("Host keys of a real sshd", .needsOpenSSH)
  struct HostKeyTests {
    @Test("a known host key is accepted, of each type", arguments: ["ed25519", "ecdsa"])
    func known(type: String) async throws {
      // The host has both; known_hosts holds one, and that is the one that must be asked for.
      try await SSHServer.with(hostKeys: ["ed25519", "ecdsa"]) { server in
        let configuration = try server.configuration(knownHosts: try server.knownHostsLine(type))
        let connection = try await SSHConnection.connect(configuration)
        #expect(connection.info.hostKeyType == (type == "ecdsa" ? "ecdsa-sha2-nistp256" : "ssh-ed25519"))
      }
    }

    @Test("a known_hosts that ssh-keygen has hashed")
    func hashed() async throws {
      try await SSHServer.with { server in
        let configuration = try server.configuration()
        try Tool.run("/usr/bin/ssh-keygen", ["-q", "-H", "-f", configuration.knownHosts[0]])
        #expect(try Tool.run("/bin/cat", configuration.knownHosts).hasPrefix("|1|"))
        _ = try await SSHConnection.connect(configuration)
      }
    }

    @Test("an unknown host is refused, with its fingerprint and the command that files its key")
    func unknown() async throws {
      try await SSHServer.with { server in
        let configuration = try server.configuration(knownHosts: try server.knownHostsLine(host: "127.0.0.2"))
        let error = await expectFailure(.hostKeyUnknown) { try await SSHConnection.connect(configuration) }
        let fingerprint = try Self.fingerprint(server.folder.path + "/host_ed25519.pub")
        #expect(error?.message.contains(fingerprint) == true)
        let command = "ssh-keyscan -p \(server.port) -t ed25519 '127.0.0.1' >> '\(configuration.knownHosts[0])'"
        #expect(error?.remedy?.hasSuffix(command) == true)
        // And what the remedy says helps.
        try Tool.run("/bin/sh", ["-c", "\(command) 2>/dev/null"])
        _ = try await SSHConnection.connect(configuration)
      }
    }

    @Test("without any known_hosts file, every host is unknown")
    func noFile() async throws {
      try await SSHServer.with { server in
        var configuration = try server.configuration()
        configuration.knownHosts = [server.folder.path + "/missing"]
        await expectFailure(.hostKeyUnknown) { try await SSHConnection.connect(configuration) }
        configuration.knownHosts = []
        await expectFailure(.hostKeyUnknown) { try await SSHConnection.connect(configuration) }
        configuration.knownHosts = [server.folder.path]
        await expectFailure(.knownHostsUnreadable) { try await SSHConnection.connect(configuration) }
      }
    }

    @Test("a changed key is refused, with the line and both fingerprints")
    func changed() async throws {
      try await SSHServer.with { server in
        let other = try server.keys.folder.read("stranger.pub")
        let configuration = try server.configuration(
          knownHosts: "# a comment\n[127.0.0.1]:\(server.port) \(other)")
        let error = await expectFailure(.hostKeyChanged) { try await SSHConnection.connect(configuration) }
        #expect(error?.message.contains("\(configuration.knownHosts[0]):2 ") == true)
        #expect(error?.message.contains(try Self.fingerprint(server.folder.path + "/host_ed25519.pub")) == true)
        #expect(error?.message.contains(try Self.fingerprint(server.keys.path("stranger.pub"))) == true)
        #expect(error?.remedy?.contains("ssh-keygen -R '[127.0.0.1]:\(server.port)'") == true)
      }
    }

    @Test("a host that no longer has the type of key that is known counts as changed")
    func typeGone() async throws {
      try await SSHServer.with(hostKeys: ["ecdsa"]) { server in
        let other = try server.keys.folder.read("stranger.pub")
        let configuration = try server.configuration(knownHosts: "[127.0.0.1]:\(server.port) \(other)")
        let error = await expectFailure(.hostKeyChanged) { try await SSHConnection.connect(configuration) }
        #expect(error?.message.contains("now offers only ecdsa-sha2-nistp256") == true)
      }
    }

    @Test("a revoked key is refused, wherever it is also trusted")
    func revoked() async throws {
      try await SSHServer.with { server in
        let key = try server.folder.read("host_ed25519.pub")
        let configuration = try server.configuration(knownHosts: try server.knownHostsLine() + "@revoked * \(key)")
        let error = await expectFailure(.hostKeyRevoked) { try await SSHConnection.connect(configuration) }
        #expect(error?.message.contains("\(configuration.knownHosts[0]):2") == true)
      }
    }

    @Test("a host with only an RSA key is named as such, known or not")
    func rsaOnlyHost() async throws {
      try await SSHServer.with(hostKeys: ["rsa"]) { server in
        for lines in [try server.knownHostsLine("rsa"), ""] {
          let configuration = try server.configuration(knownHosts: lines)
          let error = await expectFailure(.rsaOnlyHost) { try await SSHConnection.connect(configuration) }
          #expect(error?.remedy?.contains("transport: openssh") == true)
          #expect(error?.underlying == -5)
        }
      }
    }

    @Test("a host of which only the RSA key is known, but which has another, says what to add")
    func rsaKnownOnly() async throws {
      try await SSHServer.with(hostKeys: ["rsa", "ed25519"]) { server in
        let configuration = try server.configuration(knownHosts: try server.knownHostsLine("rsa"))
        let error = await expectFailure(.hostKeyUnknown) { try await SSHConnection.connect(configuration) }
        #expect(error?.message.contains("only ssh-rsa is held") == true)
        #expect(error?.remedy?.contains("-t ed25519") == true)
      }
    }

    @Test("no common cipher names what the host offers")
    func noCommonCipher() async throws {
      try await SSHServer.with(options: ["Ciphers chacha20-poly1305@openssh.com"]) { server in
        let error = await expectFailure(.noCommonAlgorithm) { try await server.connect() }
        #expect(error?.message.contains("cipher") == true)
        #expect(error?.message.contains("chacha20-poly1305@openssh.com") == true)
      }
    }

    private static func fingerprint(_ file: String) throws -> String {
      let fields = try Tool.run("/usr/bin/ssh-keygen", ["-lf", file]).split(separator: " ")
      return String(try #require(fields.first { $0.hasPrefix("SHA256:") }))
    }
  }
}
