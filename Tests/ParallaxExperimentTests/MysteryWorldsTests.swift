internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("The mystery on simulated worlds")
struct MysteryWorldsTests {
  /// Worlds of each kind.
  static let count: UInt64 = 60

  @Test(
    "No world of any kind ends in a wrong cause, and the truth is always among those named",
    arguments: MysteryKind.allCases.filter { $0 != .passingError })
  func everyKind(kind: MysteryKind) {
    let extent = MysteryExtent(keys: 3, hasCost: true, hasInvalidKey: true)
    let runs = (0..<Self.count).map {
      MysteryRun(MysteryWorld.generate(seed: $0, kind: kind, extent: extent), seed: $0, mysterySeconds: 90_000)
    }.filter { $0.conclusion != nil }
    #expect(runs.count >= 50)
    #expect(runs.allSatisfy { !$0.isWrong })
    #expect(runs.allSatisfy { $0.holdsTruth })
    #expect(runs.count { $0.isDecidedByFamily } >= Self.decidedAtLeast(kind) * runs.count / 100)
  }

  /// Per cent of the worlds. A counter that never ends looks like a quota whose end does not come in time.
  private static func decidedAtLeast(_ kind: MysteryKind) -> Int {
    switch kind {
    case .keyStuck, .accountStuck: 0
    case .keyRenewed: 40
    default: 90
    }
  }

  /// The prototype decides 74, 88 and 64 % of 474 worlds of its own and is never wrong; these floors lie two in a
  /// hundred below what the stage decides of these.
  @Test(
    "As many worlds of the prototype's mixture are decided as by the prototype",
    arguments: [
      (MysteryExtent.full, 240.0, 68), (.full, 90_000, 79), (.lean, 90_000, 53),
    ])
  func mixture(extent: MysteryExtent, seconds: Double, percent: Int) {
    let runs = (1000..<1200).map {
      MysteryRun(MysteryWorld.generate(seed: $0, extent: extent), seed: $0, mysterySeconds: seconds)
    }.filter { $0.conclusion != nil }
    #expect(runs.allSatisfy { !$0.isWrong } && runs.allSatisfy { $0.holdsTruth })
    #expect(runs.count { $0.isDecidedByFamily } >= percent * runs.count / 100)
  }

  @Test("The first verdict of triage takes no waiting, three requests more than cells, and is never wrong")
  func triage() {
    for seed in UInt64(0)..<150 {
      let world = MysteryWorld.generate(seed: seed)
      let run = MysteryRun(world, seed: seed, mysterySeconds: 0, triageOnly: true)
      #expect(run.requests <= world.design.cells.count + 3 && run.requestsBeforeWaiting == nil)
      #expect(run.seconds < 4)
      guard let conclusion = run.conclusion, conclusion.causes.first?.cause != "none" else { continue }
      #expect(!run.isWrong && run.holdsTruth)
    }
  }

  @Test("After a passing error the search goes on")
  func passingError() {
    for seed in UInt64(0)..<20 {
      let run = MysteryRun(
        MysteryWorld.generate(seed: seed, kind: .passingError), seed: seed, mysterySeconds: 240)
      #expect(run.conclusion == nil)
    }
  }
}
