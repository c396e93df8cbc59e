internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

/// The goals of the benchmark on a small scale. These seeds are for developing; the benchmark uses others.
@Suite struct CalibrationTests {
  @Test func `on noisy worlds of all kinds hardly a verdict is wrong`() {
    let seeds = 40_000..<40_400 as Range<UInt64>
    var wrong = 0
    var correct = 0
    for seed in seeds {
      let world = SimulatedWorld.generate(seed: seed)
      let run = SimulatedRun(on: world, configuration: ExperimentConfiguration(budget: world.budget, seed: seed))
      switch world.truth.judge(run.conclusion, in: world.design) {
      case .correct: correct += 1
      case .wrong: wrong += 1
      case .inconclusive:
        #expect(run.conclusion.inconclusive?.because.isEmpty == false)
        #expect(run.conclusion.inconclusive?.toSettle.isEmpty == false)
      case .missed: break
      }
    }
    #expect(wrong <= 2)
    #expect(Double(correct) >= 0.92 * Double(seeds.count))
  }
}
