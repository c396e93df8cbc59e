internal import ParallaxSSH
internal import Testing

@Suite("known_hosts")
struct KnownHostsTests {
  private static let keyA = "ssh-ed25519 " + Base64.encode(blob("ssh-ed25519", 1))
  private static let keyB = "ssh-ed25519 " + Base64.encode(blob("ssh-ed25519", 2))
  private static let ecdsa = "ecdsa-sha2-nistp256 " + Base64.encode(blob("ecdsa-sha2-nistp256", 3))

  private static func blob(_ type: String, _ fill: UInt8) -> [UInt8] {
    [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8) + [0, 0, 0, 32] + [UInt8](repeating: fill, count: 32)
  }

  private static func key(_ text: String) throws -> HostKey {
    let encoded = try #require(text.split(separator: " ").last)
    let blob = try #require(Base64.decode(Array(encoded.utf8)))
    return try #require(HostKey(blob: blob))
  }

  private static func verdict(
    _ lines: String, _ host: String, _ port: UInt16 = 22, key: String = keyA
  ) throws -> String {
    var known = KnownHosts()
    known.read(Array(lines.utf8), file: "f")
    switch known.verdict(host: host, port: port, key: try Self.key(key)) {
    case .trusted(let entry): return "trusted \(entry.line)"
    case .changed(let entry): return "changed \(entry.line)"
    case .unknown(let others): return "unknown" + others.map { " \($0.line)" }.joined()
    case .revoked(let entry): return "revoked \(entry.line)"
    }
  }

  @Test("names, ports, wildcards, negation")
  func names() throws {
    let lines = """
      # comment \(Self.keyA)

      alpha.example,192.0.2.1 \(Self.keyA) a comment here
      [beta.example]:2222\t\(Self.keyA)
        *.wild.example,!bad.wild.example \(Self.keyA)
      gamm?.example \(Self.keyA)
      2001:db8::1,[2001:db8::2]:2200 \(Self.keyA)\r
      """
    #expect(try Self.verdict(lines, "alpha.example") == "trusted 3")
    #expect(try Self.verdict(lines, "ALPHA.example") == "trusted 3")
    #expect(try Self.verdict(lines, "192.0.2.1") == "trusted 3")
    #expect(try Self.verdict(lines, "192.0.2.10") == "unknown")
    #expect(try Self.verdict(lines, "beta.example", 2222) == "trusted 4")
    #expect(try Self.verdict(lines, "beta.example") == "unknown")
    #expect(try Self.verdict(lines, "beta.example", 2223) == "unknown")
    #expect(try Self.verdict(lines, "good.wild.example") == "trusted 5")
    #expect(try Self.verdict(lines, "bad.wild.example") == "unknown")
    #expect(try Self.verdict(lines, "wild.example") == "unknown")
    #expect(try Self.verdict(lines, "gamma.example") == "trusted 6")
    #expect(try Self.verdict(lines, "gammaa.example") == "unknown")
    #expect(try Self.verdict(lines, "2001:db8::1") == "trusted 7")
    #expect(try Self.verdict(lines, "2001:db8::2", 2200) == "trusted 7")
  }

  @Test("an entry for the bare host confirms a key at another port, but does not contradict one")
  func bareHost() throws {
    #expect(try Self.verdict("h \(Self.keyA)", "h", 2222) == "trusted 1")
    #expect(try Self.verdict("h \(Self.keyB)", "h", 2222) == "unknown")
    #expect(try Self.verdict("h \(Self.keyA)\n[h]:2222 \(Self.keyB)", "h", 2222) == "changed 2")
  }

  @Test("changed, another type, several keys, and markers")
  func verdicts() throws {
    #expect(try Self.verdict("h \(Self.keyB)", "h") == "changed 1")
    #expect(try Self.verdict("h \(Self.keyB)\nh \(Self.keyA)", "h") == "trusted 2")
    #expect(try Self.verdict("h \(Self.ecdsa)", "h") == "unknown 1")
    #expect(try Self.verdict("h \(Self.keyA)\n@revoked * \(Self.keyA)", "h") == "revoked 2")
    #expect(try Self.verdict("h \(Self.keyA)\n@revoked other \(Self.keyA)", "h") == "trusted 1")
    #expect(try Self.verdict("@revoked h \(Self.keyA)", "h", 2222) == "revoked 1")
    #expect(try Self.verdict("@cert-authority * \(Self.keyA)", "h") == "unknown")
    #expect(try Self.verdict("@cert-authority * \(Self.keyB)", "h") == "unknown")
  }

  /// Lines made by `ssh-keygen -H`, whose salts are random.
  @Test("hashed names")
  func hashed() throws {
    func line(_ name: String) -> String {
      let salt = Array("0123456789abcdefghij".utf8)
      let hash = Digest.hmacSHA1(key: salt, message: Array(name.utf8))
      return "|1|\(Base64.encode(salt))|\(Base64.encode(hash)) \(Self.keyA)"
    }
    #expect(try Self.verdict(line("h.example"), "h.example") == "trusted 1")
    #expect(try Self.verdict(line("h.example"), "H.example") == "trusted 1")
    #expect(try Self.verdict(line("h.example"), "i.example") == "unknown")
    #expect(try Self.verdict(line("[h.example]:222"), "h.example", 222) == "trusted 1")
    // From the manual's own example: ssh-keygen -H of "192.168.1.61", as OpenSSH hashed it.
    let openSSH = "|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= "
    let pattern = try #require(HostPattern(openSSH.split(separator: " ")[0]))
    #expect(!pattern.matches("elsewhere"))
  }

  @Test(
    "malformed lines are passed over and reported",
    arguments: [
      "h", "h ssh-ed25519", "h ssh-ed25519 !!!!", "h ssh-ed25519 AAAA", "h ssh-rsa " + keyA.split(separator: " ")[1],
      "|1|x|y \(keyA)", "|1|AAAA \(keyA)", "|2|AAAA|AAAA \(keyA)", "|1||AAAA \(keyA)", "@unknown h \(keyA)", "@revoked",
      "@revoked h", "! \(keyA)", ", \(keyA)", "h ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "h 1024 35 1234567",
      "h ssh-ed25519 /////w==", "\u{1B}[2J",
    ])
  func malformed(line: String) throws {
    var known = KnownHosts()
    known.read(Array("\(line)\ngood \(Self.keyA)\n".utf8), file: "f")
    #expect(known.entries.map(\.line) == [2])
    #expect(known.problems.count == 1)
    #expect(known.problems.first?.hasPrefix("f:1: ") == true)
    #expect(known.problems.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
  }

  @Test("bytes that are no text, and a file without a last line feed")
  func noise() throws {
    var known = KnownHosts()
    known.read([0xFF, 0x00, 0xFE, 0x0A] + Array("good \(Self.keyA)".utf8), file: "f")
    #expect(known.entries.map(\.line) == [2])
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      known.read((0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }, file: "noise")
    }
    #expect(known.entries.count == 1)
  }

  @Test("the key types to ask for are those that can be checked")
  func algorithms() {
    func algorithms(_ lines: String) -> [String] {
      var known = KnownHosts()
      known.read(Array(lines.utf8), file: "f")
      return HostKeyPolicy(host: "h", port: 22, files: ["f"], knownHosts: known).algorithms
    }
    #expect(algorithms("h \(Self.keyA)") == ["ssh-ed25519"])
    #expect(algorithms("h \(Self.ecdsa)\nh \(Self.keyA)") == ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    #expect(algorithms("h \(Self.ecdsa)\n@revoked h \(Self.keyA)") == ["ecdsa-sha2-nistp256"])
    let all = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
    #expect(algorithms("") == all)
  }

  @Test("wildcards do not take forever")
  func globs() {
    let name = String(repeating: "a", count: 3000)
    #expect(!HostPattern.glob(String(repeating: "*a", count: 1000) + "b", matches: name))
    #expect(HostPattern.glob("*a*a*", matches: name))
    #expect(HostPattern.glob("*", matches: ""))
    #expect(!HostPattern.glob("?", matches: ""))
    #expect(HostPattern.glob("a*b?c", matches: "a*xxbbbc"))
  }
}
