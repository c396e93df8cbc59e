internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct BudgetTests {
  @Test func `a budget too small to decide is said up front, and nothing is sent`() throws {
    let world = Rule.alignedWindow.world(scope: .ip)
    let run = QuietTarget.run(world, budget: Budget(requests: 10, rate: 50, duration: 600))
    #expect(run.requests == 0)
    #expect(run.conclusion.status == .inconclusive)
    #expect(run.conclusion.inconclusive?.toSettle.contains("budget.requests") == true)
    #expect(world.design.minimumRequests > 10)
  }

  @Test(arguments: [40, 55, 70]) func `a budget that runs out gives a reason and is kept`(requests: Int) {
    let world = Rule.alignedWindow.world(scope: .ip)
    let run = QuietTarget.run(world, budget: Budget(requests: requests, rate: 50, duration: 600))
    #expect(run.requests <= requests)
    switch run.conclusion.status {
    case .determined: #expect(run.conclusion.limiters.map(\.scope) == [["ip"]])
    default: #expect(run.conclusion.inconclusive != nil || run.conclusion.status == .noLimitObserved)
    }
  }

  @Test func `a stop by the performer aborts`() {
    let world = Rule.alignedWindow.world(scope: .ip)
    var experiment = Experiment(
      design: world.design, configuration: ExperimentConfiguration(budget: world.budget))
    guard case .perform = experiment.next(nil) else {
      Issue.record("it begins with a directive")
      return
    }
    let step = experiment.next(Report(samples: [], now: world.now, stopped: "stopped by the user"))
    guard case .finished(let conclusion) = step else {
      Issue.record("it ends when it is stopped")
      return
    }
    #expect(conclusion.status == .aborted)
    #expect(conclusion.inconclusive?.because == "stopped by the user")
  }

  @Test func `no second holds more requests than the rate`() {
    var world = Rule.slowBucket.world(scope: .ip)
    let budget = Budget(requests: 500, rate: 8, duration: 900)
    world.renewBudget(budget)
    var experiment = Experiment(design: world.design, configuration: ExperimentConfiguration(budget: budget))
    var step = experiment.next(nil)
    while case .perform(let directive, _) = step {
      if case .schedule(let schedule) = directive {
        let offsets = schedule.items.map(\.offset)
        for offset in offsets {
          #expect(Double(offsets.count { $0 >= offset && $0 < offset + 1 }) <= budget.rate + 1)
        }
      }
      step = experiment.next(world.perform(directive))
    }
    guard case .finished(let conclusion) = step else { return }
    #expect(conclusion.limiters.map(\.scope) == [["ip"]])
  }

  @Test func `progress counts requests and shows the best answer`() {
    var world = Rule.alignedWindow.world(scope: .key)
    var experiment = Experiment(design: world.design, configuration: ExperimentConfiguration(budget: world.budget))
    var step = experiment.next(nil)
    var stages: Set<Stage> = []
    while case .perform(let directive, _) = step {
      stages.insert(experiment.progress.stage)
      step = experiment.next(world.perform(directive))
    }
    #expect(stages.isSuperset(of: [.triage, .exhaust, .probe]))
    #expect(experiment.progress.requests == world.requestsSent)
    #expect(experiment.progress.leading == [["key"]])
  }
}
