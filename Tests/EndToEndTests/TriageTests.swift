internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// What is limited before any load, and why: the first verdict.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct TriageTests {
  /// R, I, K, B, L and M; with controls if the reference is limited: two with an unknown key, one without.
  private static let cells = (plain: 6, withControls: 9)
  private static let spentAccount = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 1, seconds: 60), drained: true)

  private struct Result {
    var ending: Program.Ending
    var lines: [AccessLog.Line]

    /// Seconds from the first request to the last.
    var duration: Double { (lines.last?.time ?? 0) - (lines.first?.time ?? 0) }
  }

  private func triage(_ target: LabTargetConfiguration) async throws -> Result {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: target)) { lab in
        let arguments = ["triage", "--json", "--yes", "--hosts", lab.files.inventory, lab.files.plan]
        let before = (try? AccessLog(lab).lines.count) ?? 0
        let ending = try await Program(home: home, lab: lab).run(arguments, in: lab)
        return Result(ending: ending, lines: Array(try AccessLog(lab).lines.dropFirst(before)))
      }
    }
  }

  private func causes(_ result: Result) throws -> [String] {
    let causes = try #require(try result.ending.json()["causes"] as? [[String: Any]], "\(result.ending.complaint)")
    return causes.compactMap { $0["cause"] as? String }
  }

  @Test func aHealthyTargetCostsOneRequestPerCell() async throws {
    let result = try await triage(LabTargetConfiguration())
    #expect(result.ending.status == 4, "\(result.ending.output)\(result.ending.complaint)")
    #expect(result.lines.count == Self.cells.plain)
    #expect(try causes(result) == ["none"])
  }

  @Test func aSpentAccountIsToldFromABlockedAddress() async throws {
    let spent = try await triage(Self.spentAccount)
    #expect(try causes(spent).first == "account_quota_spent", "\(spent.ending.output)")
    let blocked = try await triage(
      LabTargetConfiguration(limiter: try LabLimiter(parsing: "none"), blockedHosts: ["lab1"]))
    #expect(["ip_blocked", "ip_limited"].contains(try causes(blocked).first), "\(blocked.ending.output)")
    #expect(try !causes(blocked).contains("account_quota_spent"))
    for result in [spent, blocked] {
      #expect(result.lines.count <= Self.cells.withControls + 3, "\(result.lines.count) requests in nginx's log")
      print(String(format: "triage: %d requests in %.2f s", result.lines.count, result.duration))
    }
  }

  @Test func theAnswerSaysWhatToAskTheProvider() async throws {
    let result = try await triage(Self.spentAccount)
    let causes = try #require(try result.ending.json()["causes"] as? [[String: Any]])
    let next = try #require(causes.first?["next"] as? String)
    #expect(next.contains("the key a1 from lab1") && next.contains("127.0.11.1") && next.contains("UTC"), "\(next)")
  }

  /// An interrupt ends the wait that was announced, not the run; what is known by then is said and kept.
  @Test func aLongWaitIsAnnouncedAndCanBeSkipped() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.spentAccount)) { lab in
        let program = try Program(home: home, lab: lab)
        let child = try program.start(
          ["triage", "--json", "--yes", "--mystery", "200", "--hosts", lab.files.inventory, lab.files.plan], in: lab)
        let began = ContinuousClock.now
        var skipped = 0
        var last = began
        while try await child.exitStatus(within: 0.05) == nil, ContinuousClock.now - began < .seconds(150) {
          let announced = child.errorText.components(separatedBy: "Ctrl-C skips the wait").count - 1
          // One that comes soon after another would stop the run.
          guard announced > skipped, ContinuousClock.now - last > .seconds(4) else { continue }
          child.signal(SIGINT)
          (skipped, last) = (announced, .now)
        }
        let status = try await child.exitStatus(within: 1)
        #expect(skipped > 0 && [0, 3].contains(status), "\(status ?? -1): \(child.errorText)")
        #expect(child.outputText.contains("account_quota_spent"))
        #expect(ContinuousClock.now - began < .seconds(100))
        #expect(child.errorText.contains("the wait is skipped"))
      }
    }
  }
}
