internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Agents and links that lie. A host that is wrong in one thing is believed in nothing: it counts as lost, and the verdict
/// says so or rests on the others.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct LyingAgentTests {
  private func expectDistrust(_ fault: String, saying words: String) async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: fault))
      try fleet.expect(ending, [3], saying: fleet.victim.name, words)
    }
  }

  @Test func recordsOfCellsThatAreNotItsOwn() async throws {
    try await expectDistrust("forged-cell", saying: "reports requests that it was not asked for")
  }

  @Test func recordsOfAnOrderThatWasNeverGiven() async throws {
    try await expectDistrust("forged-batch", saying: "reports requests that it was not asked for")
  }

  @Test func theSameRecordsTwice() async throws {
    try await expectDistrust("repeated-records", saying: "reports requests that it was not asked for")
  }

  @Test func answersFromBeforeTheirRequests() async throws {
    try await expectDistrust("time-runs-backwards", saying: "reports requests that it was not asked for")
  }

  @Test func impossibleNumbersOfRequests() async throws {
    try await expectDistrust("impossible-counts", saying: "numbers of requests that cannot be")
  }

  @Test func aFrameOfTwoGigabytes() async throws {
    try await expectDistrust("oversize-frame", saying: "answered something else")
  }

  @Test func aFrameThatWasDamaged() async throws {
    try await expectDistrust("damaged-frame", saying: "answered something else")
  }

  @Test func aLinkThatEndsWithinAFrame() async throws {
    try await expectDistrust("half-a-frame", saying: "broke")
  }

  @Test func moreThanItsRequestsCanAccountFor() async throws {
    try await expectDistrust("flood", saying: "more than its requests can account for")
  }

  @Test func answersToQuestionsThatNobodyAsked() async throws {
    try await expectDistrust("answers-to-nobody", saying: "answers what it was not asked")
  }

  @Test func aClockThatIsSetDuringTheRun() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: "clock-steps"))
      try fleet.expect(ending, [0, 3])
    }
  }

  @Test func anotherVersionOfTheProtocol() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: "other-version"))
      try fleet.expect(ending, [69], saying: "version")
    }
  }

  @Test func anotherPlanThanOurs() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: "another-plan"))
      try fleet.expect(ending, [69], saying: "received another plan")
    }
  }

  /// The agent claims that a stop rule is broken, in the language of terminals: the run ends, and the terminal is safe.
  @Test func escapeSequencesInItsWords() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(try fleet.inventory(hostWith: "escape-sequences"))
      try fleet.expect(ending, [105], saying: "all is well")
    }
  }

  @Test func aShellThatGreetsWithNoiseIsNoLie() async throws {
    try await FaultyFleet.with { fleet in
      try fleet.expect(try await fleet.run(try fleet.inventory(hostWith: "noisy-shell")), [0])
    }
  }

  @Test(.enabled(if: ToolRequirement.namespaces.isMetOrMandatory)) func aClockThatIsFarOffIsNoLie() async throws {
    try await FaultyFleet.with { fleet in
      try fleet.expect(try await fleet.run(try fleet.inventory(hostWith: "far-off-clock")), [0])
    }
  }
}
