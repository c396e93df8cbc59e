internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// A run survives the death of its controller, and of an agent, at any moment: what was recorded stays, nothing is sent
/// twice, the budget is kept, and the verdict is that of a run without interruption.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct KillTests {
  /// Runs that are killed, some of them twice. More are worth their time before a release: PARALLAX_KILLS=500 takes some
  /// ten minutes.
  static var kills: Int { ProcessInfo.processInfo.environment["PARALLAX_KILLS"].flatMap(Int.init) ?? 6 }
  private static let victims: [KillTrial.Victim] = [.controller, .controller, .agent, .agentThenController]
  /// Most of a trial is a wait.
  static let atOnce = 12

  @Test func nothingIsLostAndNothingIsSentTwice() async throws {
    let trials = (1...max(1, Self.kills)).map { seed in
      KillTrial(victim: Self.victims[seed % Self.victims.count], seed: UInt64(seed))
    }
    let tallies = try await inLabs(trials, atOnce: Self.atOnce, target: LabRun.target) { trial, lab in
      try await trial.perform(in: lab)
    }
    let sum = tallies.reduce(KillTrial.Tally(), +)
    print("\(trials.count) runs: \(sum)")
    #expect(sum.kills > 0)
    #expect(sum.acknowledged > 0)
  }
}
