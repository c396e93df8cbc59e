internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Whole experiments on worlds")
struct RunTests {
  func run(_ world: SimulatedWorld, seed: UInt64) -> SimulatedRun {
    SimulatedRun(on: world, configuration: ExperimentConfiguration(budget: world.budget, seed: seed))
  }

  @Test("The same seed gives the same conclusion at the same cost")
  func deterministic() {
    for seed: UInt64 in 0..<10 {
      let first = run(.generate(seed: seed), seed: seed)
      let second = run(.generate(seed: seed), seed: seed)
      #expect(first.conclusion == second.conclusion)
      #expect(first.requests == second.requests && first.scopeSeconds == second.scopeSeconds)
    }
  }

  @Test("Most worlds are decided rightly, next to none wrongly, within the budget")
  func verdicts() {
    var counts: [Judgement: Int] = [:]
    for seed: UInt64 in 0..<200 {
      let world = SimulatedWorld.generate(seed: seed)
      let run = run(world, seed: seed)
      #expect(run.requests <= world.budget.requests && run.scopeRequests <= run.requests)
      counts[world.truth.judge(run.conclusion, in: world.design), default: 0] += 1
    }
    #expect(counts[.correct, default: 0] >= 170)
    #expect(counts[.wrong, default: 0] <= 1)
  }

  @Test("A second run has a budget of its own, on the same target")
  func again() throws {
    let world = SimulatedWorld.generate(seed: 3, kind: .single)
    let first = run(world, seed: 3)
    var later = first.world
    later.renewBudget(world.budget)
    #expect(later.requestsSent == 0 && later.began == first.world.now)
    let advised = try #require(later.following([.addVantage]))
    #expect(advised.design.vantages.count == 3)
    #expect(advised.now == later.now)
  }
}
