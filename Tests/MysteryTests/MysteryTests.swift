internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// Why is a fresh key limited? Real servers with a history, asked about through real agents from at least two addresses.
///
/// `PARALLAX_MYSTERY_RUNS=10` repeats every scenario; `PARALLAX_MYSTERY=ip` takes those whose names hold that.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct MysteryTests {
  /// Scenarios at once: they wait most of the time.
  private static let width = 4

  @Test func theCausesThatTheProjectBeganWithAreNamed() async throws {
    try await expectRightCauses(of: Scenario.candidates)
  }

  @Test func furtherCausesSeenInPublicAreNamed() async throws {
    try await expectRightCauses(of: Scenario.further)
  }

  @Test func aHealthyTargetHasNoCause() async throws {
    try await expectRightCauses(of: [Scenario.healthy])
  }

  private func expectRightCauses(of scenarios: [Scenario]) async throws {
    let environment = ProcessInfo.processInfo.environment
    let chosen = scenarios.filter { scenario in
      environment["PARALLAX_MYSTERY"].map { scenario.name.contains($0) } ?? true
    }
    let runs = environment["PARALLAX_MYSTERY_RUNS"].flatMap(Int.init) ?? 1
    let findings = try await severalAtOnce(chosen.flatMap { Array(repeating: $0, count: runs) }, width: Self.width) {
      try await finding(of: $0)
    }
    print(findings.map(\.line).joined(separator: "\n"))
    print(
      """
      the right cause leads in \(findings.count { $0.isRight }) of \(findings.count), decided \
      \(findings.count { $0.isRight && $0.isDecided }), wrong \(findings.count { $0.isWrong })
      """)
    #expect(findings.filter { $0.isWrong }.map(\.line) == [])
    #expect(findings.filter { !$0.isRight }.map(\.line) == [])
    #expect(findings.allSatisfy { !$0.next.isEmpty })
  }

  /// Where the first request of all was let through there was nothing to explain: a limit may open between two requests
  /// of those who keep it spent. Then the history is made anew.
  private func finding(of scenario: Scenario) async throws -> Finding {
    for _ in 0..<2 {
      let finding = try await ScenarioServer.serving(scenario) { try await Finding.ask(about: scenario, at: $0) }
      if !finding.passedAtFirst || scenario.cause == "none" { return finding }
      print("\(scenario.name): its first request was let through; once more")
    }
    return try await ScenarioServer.serving(scenario) { try await Finding.ask(about: scenario, at: $0) }
  }
}
