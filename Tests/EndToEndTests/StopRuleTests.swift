internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// A run ends by itself on all hosts once one of them meets an answer that the plan says it must not go beyond.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct StopRuleTests {
  @Test func theFirstAnswerThatBreaksARuleEndsTheRun() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 30, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: target)) { lab in
        let own = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
        let plan = try write(own + "\nstop: { when: [{ status: 429 }] }\n", to: "stop.yaml", in: home)
        let ending = try await Program(home: home, lab: lab).run(
          ["run", plan, "--hosts", lab.files.inventory, "--yes", "--json"], in: lab)
        #expect(ending.status == 105, "\(ending.output)\(ending.complaint)")
        let verdict = try ending.json()
        #expect(verdict["status"] as? String == "aborted")
        let because = (verdict["inconclusive"] as? [String: Any])?["because"] as? String
        #expect(because?.contains("stop.when (status: 429)") == true, "\(ending.output)")
        // The refusal is the last answer; what was under way with it may come too.
        let refused = try AccessLog(lab).lines.drop { $0.status != 429 }
        #expect(refused.count <= 3, "\(refused.count) requests from the first refusal on")
      }
    }
  }
}
