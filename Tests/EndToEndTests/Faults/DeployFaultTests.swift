internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// What can go wrong with a host before its agent runs. Where only one other host is left, nothing can be compared, and
/// nothing is sent.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct DeployFaultTests {
  private func expectRefusal(
    _ fault: String, _ options: [String] = [], saying words: String, within seconds: Double = 15
  ) async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: fault), options, within: seconds)
      try fleet.expect(ending, [69], saying: words, fleet.victim.name)
    }
  }

  private static let mounts: ToolRequirement = .namespaces

  @Test func aSoundHostBehindTheSameScriptServes() async throws {
    try await FaultyFleet.with { fleet in
      try fleet.expect(try await fleet.run(try fleet.inventory(hostWith: "none")), [0])
    }
  }

  @Test func aHostOfAnotherArchitecture() async throws {
    try await expectRefusal("wrong-architecture", saying: "is aarch64, the agent was built for x86_64")
  }

  @Test func anAgentThatIsChangedOnItsWay() async throws {
    try await expectRefusal("damaged-transfer", saying: "arrived damaged")
  }

  @Test(.enabled(if: mounts.isMetOrMandatory)) func aFullDisk() async throws {
    try await expectRefusal("disk-full", saying: "KiB free")
  }

  @Test(.enabled(if: mounts.isMetOrMandatory)) func aDiskThatFillsDuringTheUpload() async throws {
    try await expectRefusal("disk-fills-up", saying: "No space left")
  }

  @Test(.enabled(if: mounts.isMetOrMandatory)) func aReadOnlyFolder() async throws {
    try await expectRefusal("read-only", saying: "Read-only file system")
  }

  @Test(.enabled(if: mounts.isMetOrMandatory)) func theReasonThatComesAfterTheEnd() async throws {
    try await expectRefusal("late-last-words", saying: "Read-only file system")
  }

  @Test(.enabled(if: mounts.isMetOrMandatory)) func aFolderThatIsMountedNoexec() async throws {
    try await expectRefusal("noexec", saying: "noexec")
  }

  @Test func aHostThatHangsDuringTheDeployment() async throws {
    try await expectRefusal("deploy-hangs", ["--deploy-timeout", "2"], saying: "did not answer within 2 s")
  }

  @Test func aHostThatGoesDownDuringTheUpload() async throws {
    try await expectRefusal("dies-in-upload", saying: "could not be put")
  }

  @Test func anAgentThatDoesNotStart() async throws {
    try await expectRefusal("dies-before-start", saying: "the link to")
  }

  @Test func anAgentThatNeverGreets() async throws {
    try await expectRefusal("never-greets", ["--start-timeout", "2"], saying: "did not answer within 2 s")
  }

  @Test func aHostThatAnswersGarbageInsteadOfFrames() async throws {
    try await expectRefusal("answers-garbage", saying: "answered something else")
  }

  /// The one that is there is not the one that was put there: it is replaced and never run.
  @Test func anAgentThatIsChangedOnTheHost() async throws {
    try await FaultyFleet.with { fleet in
      let inventory = try fleet.inventory(hostWith: "none")
      let first = try await fleet.program.run(["deploy", "--hosts", inventory], in: fleet.lab)
      #expect(first.status == 0, "\(first.complaint)")
      let folder = fleet.home + "/victim/.cache/parallax"
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      try Data("#!/bin/sh\ntouch \(fleet.home)/it-was-run\n".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      try fleet.expect(try await fleet.run(inventory), [0])
      #expect(!FileManager.default.fileExists(atPath: fleet.home + "/it-was-run"))
    }
  }

  /// With two other hosts the run goes on without the bad one, and says so.
  @Test func aBadHostAmongThreeIsLeftOut() async throws {
    try await FaultyFleet.with(hosts: 3) { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: "wrong-architecture"))
      try fleet.expect(ending, [0], saying: "\(fleet.victim.name) is left out")
    }
  }

  /// What a crashed run leaves: half an upload of a process that has gone, and an agent that was stopped.
  @Test func leftoversOfCrashedRunsAreRemovedAndTold() async throws {
    try await FaultyFleet.with { fleet in
      let inventory = try fleet.inventory(hostWith: "none")
      #expect(try await fleet.program.run(["deploy", "--hosts", inventory], in: fleet.lab).status == 0)
      let folder = fleet.home + "/victim/.cache/parallax"
      let agent = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      let gone = try ChildProcess("/bin/true")
      _ = try await gone.exitStatus(within: 5)
      let half = "\(folder)/\(agent).\(gone.pid).\(ProcessInfo.processInfo.hostName)"
      try Data("half".utf8).write(to: URL(filePath: half))
      // Between two pipes, as an agent must be.
      let shell = try ChildProcess("/bin/sh", ["-c", "'\(folder)/\(agent)' | cat"])
      let deadline = ContinuousClock.now + .seconds(10)
      while fleet.agents(ofVictim: true).isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      let stopped = try #require(fleet.agents(ofVictim: true).first, "\(shell.errorText)")
      kill(stopped, SIGSTOP)
      let second = try await fleet.program.run(["deploy", "--hosts", inventory], in: fleet.lab)
      #expect(second.status == 0)
      #expect(second.complaint.contains("removed half an upload"), "\(second.complaint)")
      #expect(second.complaint.contains("removed a stopped agent (process \(stopped))"), "\(second.complaint)")
      #expect(!FileManager.default.fileExists(atPath: half))
      // The end of the agent is the end of the pipe, and so of the shell that waits for it.
      #expect(try await shell.exitStatus(within: 5) != nil)
      #expect(!fleet.agents(ofVictim: true).contains(stopped))
      let removal = try await fleet.program.run(["deploy", "--remove", "--hosts", inventory], in: fleet.lab)
      #expect(removal.status == 0 && !FileManager.default.fileExists(atPath: folder), "\(removal.complaint)")
    }
  }
}
