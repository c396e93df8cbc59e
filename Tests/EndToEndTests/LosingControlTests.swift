internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Losing the controller stops the load.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct LosingControlTests {
  /// Without a limit the exhaust loop would go on for its whole budget.
  private func withEndlessRun(
    _ body: (LabDescription, ChildProcess, Program) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(limiter: try LabLimiter(parsing: "none"))
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: target)) { lab in
        let program = try Program(home: home, lab: lab)
        let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
          .replacingOccurrences(of: "requests: 500", with: "requests: 100000")
        let path = try write(plan, to: "plan.yaml", in: home)
        let child = try program.start(["run", "--json", "--yes", "--hosts", lab.files.inventory, path], in: lab)
        try await Self.waitForRequests(100, in: lab)
        try await body(lab, child, program)
      }
    }
  }

  private static func waitForRequests(_ count: Int, in lab: LabDescription) async throws {
    for _ in 0..<400 {
      if let log = try? AccessLog(lab), log.lines.count >= count { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the run sent no \(count) requests within 20 s")
  }

  @Test func killedControllerMeansNoMoreLoadWithinASecond() async throws {
    try await withEndlessRun { lab, child, _ in
      child.signal(SIGKILL)
      let killed = Date.now.timeIntervalSince1970
      _ = try await child.exitStatus(within: 5)
      try await Task.sleep(for: .seconds(3))
      let last = try #require(try AccessLog(lab).lines.last)
      #expect(last.time - killed < 1, "the last request came \(last.time - killed) s after the kill")
    }
  }

  @Test func interruptedRunDrainsAndSaysSo() async throws {
    try await withEndlessRun { lab, child, program in
      child.signal(SIGINT)
      let status = try await child.exitStatus(within: 5)
      #expect(status == 105, "\(child.outputText)\(child.errorText)")
      let count = try AccessLog(lab).lines.count
      let runs = try await program.run(["runs"])
      #expect(runs.output.contains("aborted"), "\(runs.output)")
      #expect(try AccessLog(lab).lines.count == count)
    }
  }
}
