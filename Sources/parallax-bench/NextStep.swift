internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator

/// The next step that an inconclusive result names, as far as it can be followed in a simulator.
enum NextStep {
  /// Wait until the limits have reset, or the target is quieter, and run again.
  case repeatAfterReset
  /// Give the run twice the requests.
  case raiseBudget
  /// A third vantage and the keys of a third account.
  case addMore

  /// nil when no step is named.
  init?(_ conclusion: Conclusion) {
    guard let step = conclusion.inconclusive?.toSettle, !step.isEmpty else { return nil }
    if step.contains("vantage") || step.contains("account") {
      self = .addMore
    } else if step.contains("budget") {
      self = .raiseBudget
    } else {
      self = .repeatAfterReset
    }
  }

  /// Whether a second run that follows the step gives the right answer.
  func settles(_ first: SimulatedRun, seed: UInt64) -> Bool {
    var world = first.world
    _ = world.perform(.wait(seconds: world.truth.resetSeconds, reason: "the limits reset"))
    // A new run has a budget of its own, and more of it where that is the step.
    var budget = first.world.budget
    switch self {
    case .repeatAfterReset: break
    case .raiseBudget: budget.requests *= 2
    case .addMore: world = world.extended()
    }
    world.renewBudget(budget)
    let run = SimulatedRun(on: world, configuration: Trial.configuration(world, seed: seed &+ 1))
    return world.truth.judge(run.conclusion, in: world.design) == .correct
  }
}

extension Truth {
  /// Seconds after which every limiter here, and the ban, has forgotten what we did.
  fileprivate var resetSeconds: Double {
    let limits = limiters.map { 2 * ($0.window ?? ($0.capacity / max($0.rate, 1e-5))) }
    return max(60, limits.max() ?? 0, ban == nil ? 0 : 4000)
  }
}
