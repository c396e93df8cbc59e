internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Each kind of limiter limits on what it claims: the reference cell's bucket is spent, then every other cell is asked
/// once. The expectation is written out by hand, from the table of the method, not taken from the lab.
@Suite(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"), .serialized)
struct LimiterTests {
  struct Expectation: CustomTestStringConvertible, Sendable {
    var limiter: String
    /// Cells that share the reference's bucket: I another address, K another key of the account, B another account, L
    /// another address and account, M another address and key, E another path.
    var shared: Set<Character>

    var testDescription: String { limiter }

    init(_ limiter: String, _ shared: String) {
      self.limiter = limiter
      self.shared = Set(shared)
    }
  }

  static let expectations = [
    Expectation("everyone", "IKBLME"), Expectation("ip", "KBE"), Expectation("account", "IKME"),
    Expectation("key", "IE"), Expectation("ip+account", "KE"), Expectation("ip+key", "E"),
    Expectation("key+path", "I"), Expectation("none", ""),
  ]

  @Test(arguments: expectations)
  func limitsOnWhatItClaims(_ expected: Expectation) async throws {
    let configuration = try LabConfiguration(
      hosts: 2, ports: .free,
      target: LabTargetConfiguration(
        limiter: LabLimiter(parsing: expected.limiter), rate: LabRate(parsing: "1r/m"), burst: 4))
    try await withLab(configuration) { lab in
      let observed = try await blocking {
        let cells = try Cells(lab)
        let admitted = try (0..<6).map { _ in try cells.send("R") }.filter { $0 == 200 }.count
        let limited = try "IKBLME".filter { try cells.send($0) == 429 }
        return (admitted: admitted, limited: Set(limited))
      }
      #expect(observed.admitted == (expected.limiter == "none" ? 6 : 5), "an idle bucket holds 1 + burst")
      #expect(observed.limited == expected.shared)
    }
  }

  @Test func drainedTargetsLimitAFreshClient() async throws {
    for (limiter, shared) in [("account", "RIKM"), ("key", "RI"), ("ip", "RKB")] {
      let configuration = try LabConfiguration(
        hosts: 2, ports: .free,
        target: LabTargetConfiguration(
          limiter: LabLimiter(parsing: limiter), rate: LabRate(parsing: "1r/m"), drained: true))
      try await withLab(configuration) { lab in
        let limited = try await blocking {
          let cells = try Cells(lab)
          return try "RIKBLM".filter { try cells.send($0) == 429 }
        }
        #expect(limited == shared, "drained \(limiter)")
      }
    }
  }

  @Test func aBlockedHostIsRefusedWhateverItsKey() async throws {
    let configuration = LabConfiguration(
      hosts: 2, ports: .free, target: LabTargetConfiguration(limiter: LabLimiter(scope: nil), blockedHosts: ["lab1"]))
    try await withLab(configuration) { lab in
      let limited = try await blocking {
        let cells = try Cells(lab)
        return try "RIKBLM".filter { try cells.send($0) == 429 }
      }
      #expect(limited == "RKB")
    }
  }

  @Test func anotherTargetStartsWithEmptyBucketsAndAnEmptyLog() async throws {
    let account = try LabTargetConfiguration(
      limiter: LabLimiter(parsing: "account"), rate: LabRate(parsing: "1r/m"), burst: 1)
    try await withLab(LabConfiguration(hosts: 2, ports: .free, target: account)) { lab in
      try await blocking {
        let cells = try Cells(lab)
        for status in [200, 200, 429] { #expect(try cells.send("R") == status) }
        let changed = try Lab.changeTarget(account, directory: lab.directory)
        #expect(try AccessLog(changed).lines.isEmpty)
        #expect(try cells.send("R") == 200)
        let line = try #require(try AccessLog(changed).lines.first)
        #expect(
          line.address == lab.hosts[0].address && line.key == "a1" && line.status == 200 && line.path == "/v1/models")
      }
    }
  }

  @Test func anUnknownKeyIsRefusedAndNotCounted() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free, target: LabTargetConfiguration(burst: 0))) { lab in
      let statuses = try await blocking {
        let client = ProbeClient(source: lab.hosts[0].address)
        let strangers = try [nil, "guess", nil].map { try client.status(of: lab.target, path: "/", key: $0) }
        return try strangers + [Cells(lab).send("R")]
      }
      #expect(statuses == [401, 401, 401, 200])
    }
  }
}
