internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// The main job: real sshd, real agents, a real nginx that limits, and the right answer.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct VerdictTests {
  static let expectations: [(limiter: String, scope: [String])] = [
    ("ip", ["ip"]), ("key", ["key"]), ("account", ["account"]), ("everyone", []), ("ip+key", ["ip", "key"]),
    ("ip+account", ["ip", "account"]),
  ]

  @Test func namesWhatEveryLimiterIsKeyedOn() async throws {
    try await withTemporaryDirectory { home in
      try await withLab { lab in
        let program = try Program(home: home, lab: lab)
        for (limiter, scope) in Self.expectations {
          let target = LabTargetConfiguration(
            limiter: try LabLimiter(parsing: limiter), rate: LabRate(requests: 60, seconds: 60), burst: 9)
          let lab = try await blocking { try Lab.changeTarget(target, directory: lab.directory) }
          let ending = try await program.run(Self.arguments(lab), in: lab)
          #expect(ending.status == 0, "\(limiter): \(ending.output)\(ending.complaint)")
          let verdict = try ending.json()
          let limiters = try #require(verdict["limiters"] as? [[String: Any]])
          #expect(limiters.map { $0["scope"] as? [String] } == [scope], "\(limiter): \(ending.output)")
          #expect(try #require(limiters.first?["posterior"] as? Double) >= 0.99)
        }
      }
    }
  }

  @Test func saysThatThereIsNoLimit() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(limiter: try LabLimiter(parsing: "none"))
      try await withLab(LabConfiguration(ports: .free, target: target)) { lab in
        let ending = try await Program(home: home, lab: lab).run(Self.arguments(lab), in: lab)
        #expect(ending.status == 4, "\(ending.output)\(ending.complaint)")
        #expect(try ending.json()["status"] as? String == "no_limit_observed")
      }
    }
  }

  /// METHOD: exhaust (11 at this burst) + 1 denial + 7 triage + 4 probes + 2 controls.
  @Test func decidesSoonAndWithFewRequests() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 30, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: target)) { lab in
        let ending = try await Program(home: home, lab: lab).run(Self.arguments(lab), in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        let lines = try AccessLog(lab).lines
        let bound = 10.0 + 1 + 7 + 4 + 2
        #expect(Double(lines.count) <= 1.6 * bound, "\(lines.count) requests in nginx's log")
        #expect(try ending.json()["requests_sent"] as? Int == lines.count)
        let duration = try #require(lines.last).time - (try #require(lines.first).time)
        #expect(duration < 15)
      }
    }
  }

  @Test(.enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
  func worksBetweenNetworkNamespaces() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 60, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(mode: .namespaces, target: target)) { lab in
        let ending = try await Program(home: home, lab: lab).run(Self.arguments(lab), in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        let limiters = try ending.json()["limiters"] as? [[String: Any]]
        #expect(limiters?.map { $0["scope"] as? [String] } == [["ip"]], "\(ending.output)")
        let used = Set(try AccessLog(lab).lines.map(\.address))
        #expect(used.isSuperset(of: lab.hosts.prefix(2).map(\.address)))
      }
    }
  }

  @Test func asksThroughTLS() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.key]), rate: LabRate(requests: 60, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: target)) { lab in
        let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8).replacingOccurrences(
          of: "url: \(lab.target.url)",
          with: "ca_file: \(lab.files.certificateAuthority)\n  url: \(lab.target.tlsURL)")
        let path = try write(plan, to: "tls.yaml", in: home)
        let arguments = ["run", "--json", "--yes", "--hosts", lab.files.inventory, path]
        let ending = try await Program(home: home, lab: lab).run(arguments, in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        let limiters = try ending.json()["limiters"] as? [[String: Any]]
        #expect(limiters?.map { $0["scope"] as? [String] } == [["key"]], "\(ending.output)")
      }
    }
  }

  static func arguments(_ lab: LabDescription) -> [String] {
    ["run", "--json", "--yes", "--quiet", "--seed", "7", "--hosts", lab.files.inventory, lab.files.plan]
  }
}
