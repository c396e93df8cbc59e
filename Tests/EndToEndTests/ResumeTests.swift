internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// What a user meets who goes on with a run.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct ResumeTests {
  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 20)

  @Test func aRunStoppedByItsUserCanBeGoneOnWith() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        let run = try program.start(VerdictTests.arguments(lab), in: lab)
        try await waitForJournal(of: program)
        _ = try await run.exitStatus(within: 0.7)
        run.signal(SIGINT)
        #expect(try await run.exitStatus(within: 5) == 105, "\(run.errorText)")
        #expect(run.errorText.contains("parallax resume"))
        let ending = try await program.run(Self.resume(lab), in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        // Nothing was lost, so the server saw exactly what is recorded.
        #expect(try ending.json()["requests_sent"] as? Int == (try AccessLog(lab).lines.count))
        let again = try await program.run(Self.resume(lab), in: lab)
        #expect(again.status == 64)
        #expect(again.complaint.contains("has come to its end"), "\(again.complaint)")
      }
    }
  }

  @Test func whatCannotBeGoneOnWithIsSaid() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        #expect(try await program.run(["resume", "--yes", "latest"]).status == 64)
        let run = try program.start(VerdictTests.arguments(lab), in: lab)
        try await waitForJournal(of: program)
        run.signal(SIGKILL)
        _ = try await run.exitStatus(within: 5)
        let other = try write("hosts: { elsewhere: { transport: local } }\n", to: "other.yaml", in: home)
        let ending = try await program.run(["resume", "--yes", "--hosts", other, "latest"], in: lab)
        #expect(ending.status == 65)
        #expect(ending.complaint.contains("lab1"), "\(ending.complaint)")
      }
    }
  }

  private static func resume(_ lab: LabDescription) -> [String] {
    ["resume", "--json", "--yes", "--quiet", "--hosts", lab.files.inventory, "latest"]
  }

  private func waitForJournal(of program: Program) async throws {
    let runs = program.store + "/runs"
    let deadline = ContinuousClock.now + .seconds(60)
    while (try? FileManager.default.contentsOfDirectory(atPath: runs))?.isEmpty ?? true {
      try #require(ContinuousClock.now < deadline, "the run does not begin")
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
