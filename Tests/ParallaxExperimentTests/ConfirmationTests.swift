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

  @Test func `a window that ends with the minute is no outage, and is not exhausted twice`() {
    let world = QuietTarget.world(
      FixedWindow(limit: 200, window: 60, alignment: .clock, countsRejected: false), scope: [])
    let run = QuietTarget.run(world)
    #expect(run.conclusion.limiters.map(\.scope) == [[]])
    #expect(run.requests < 260)
  }

  @Test func `a bucket of everyone that empties again and again is no outage, and no corner is exhausted`() {
    let world = QuietTarget.world(TokenBucket(rate: 6, burst: 20), scope: [])
    var experiment = Experiment(design: world.design, configuration: ExperimentConfiguration(budget: world.budget))
    var copy = world
    var step = experiment.next(nil)
    while case .perform(let directive, _) = step {
      #expect(directive.stage != .confirm)
      step = experiment.next(copy.perform(directive))
    }
    guard case .finished(let conclusion) = step else { return }
    #expect(conclusion.limiters.map(\.scope) == [[]])
  }

  @Test(arguments: [50, 57])
  func `what would be exhausted across a full minute waits for it`(second: Int) throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { _, _ in false }
    target.now = Double(1_750_000_020 - 60 + second) - 3
    _ = target.run(ExperimentConfiguration())
    #expect(target.waits.contains { $0.reason.contains("minute") } == (second > 55))
  }

  @Test(arguments: 0..<24 as Range<UInt64>) func `an outage is not taken for everyone`(seed: UInt64) {
    let world = SimulatedWorld.generate(seed: seed, kind: .outage)
    let run = SimulatedRun(on: world, configuration: ExperimentConfiguration(budget: world.budget, seed: seed))
    #expect(world.truth.judge(run.conclusion, in: world.design) != .wrong)
  }
}
