internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct ConfirmationTests {
  @Test func `everyone is confirmed from the opposite corner`() {
    let world = QuietTarget.world(
      FixedWindow(limit: 30, window: 10, alignment: .firstRequest, countsRejected: false), scope: [])
    var experiment = Experiment(design: world.design, configuration: ExperimentConfiguration(budget: world.budget))
    var copy = world
    var step = experiment.next(nil)
    var corners: Set<Int> = []
    while case .perform(let directive, _) = step {
      if case .ramp(let ramp) = directive { corners.insert(ramp.cell) }
      step = experiment.next(copy.perform(directive))
    }
    #expect(corners.count == 2, "the reference and the witness are exhausted")
    guard case .finished(let conclusion) = step else { return }
    #expect(conclusion.limiters.map(\.scope) == [[]])
  }

  @Test func `a limit that outlasts any outage needs no second exhausting`() {
    let run = QuietTarget.run(Rule.hourly.world(scope: []))
    #expect(run.conclusion.limiters.map(\.scope) == [[]])
    #expect(run.requests < 180)
    #expect(run.scopeSeconds > 40)
  }

  @Test(arguments: 0..<24 as Range<UInt64>) func `an outage is not taken for everyone`(seed: UInt64) {
    let world = SimulatedWorld.generate(seed: seed, kind: .outage)
    let run = SimulatedRun(on: world, configuration: ExperimentConfiguration(budget: world.budget, seed: seed))
    #expect(world.truth.judge(run.conclusion, in: world.design) != .wrong)
  }
}
