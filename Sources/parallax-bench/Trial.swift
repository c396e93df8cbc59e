internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator

/// Everything that is done with one world.
struct Trial: Sendable {
  var runsBaselines: Bool

  /// Seconds for the recovery and for a deeper limiter, as in a run with the default budget.
  static let recoverySeconds = 150.0
  static let peelSeconds = 600.0

  func run(_ seed: UInt64, kind: WorldKind?) -> WorldResult {
    let world = SimulatedWorld.generate(seed: seed, kind: kind)
    let run = SimulatedRun(on: world, configuration: Self.configuration(world, seed: seed))
    let truth = world.truth
    let design = world.design
    let leading = run.conclusion.limiters
    var result = WorldResult(
      seed: seed, truth: truth, judgement: truth.judge(run.conclusion, in: design), conclusion: run.conclusion,
      claim: leading.first.map { ($0.posterior, leading.allSatisfy { truth.isRight($0, in: design) }) },
      requests: run.scopeRequests, seconds: run.scopeSeconds, totalRequests: run.requests,
      lowerBound: world.lowerBound)
    if result.judgement == .inconclusive {
      result.settled = FollowedAdvice.settles(run, seed: seed)
    }
    if truth.isSecondReachable { result.foundBoth = truth.findsBoth(run.conclusion, in: design) }
    if result.judgement == .correct, let first = run.conclusion.limiters.first {
      result.parameters = ParameterCheck(first, truth: truth, in: design)
    }
    if runsBaselines {
      for baseline in Baseline.allCases { result.baselines[baseline] = baseline.run(on: world, seed: seed) }
    }
    return result
  }

  static func configuration(_ world: SimulatedWorld, seed: UInt64) -> ExperimentConfiguration {
    ExperimentConfiguration(
      budget: world.budget, seed: seed, recoverySeconds: recoverySeconds, peelSeconds: peelSeconds)
  }
}

extension Truth {
  /// Whether the second layer can be met by pacing under the first: at .65 of its rate, with 560 requests, within 550
  /// seconds and before its own window ends.
  var isSecondReachable: Bool {
    guard kind == .layered, limiters.count > 1 else { return false }
    let pace = 0.65 * limiters[0].rate
    let second = limiters[1]
    guard pace > 1.3 * second.rate else { return false }
    let capacity = second.window == nil ? second.capacity * pace / (pace - second.rate) : second.capacity
    return capacity < 560 && capacity / pace < min(550, second.window ?? 550)
  }

  /// Whether the conclusion names the scopes of the first two layers, and nothing wrong.
  func findsBoth(_ conclusion: Conclusion, in design: Design) -> Bool {
    guard judge(conclusion, in: design) == .correct, conclusion.limiters.count > 1 else { return false }
    let named = conclusion.limiters.map(\.scope)
    return limiters.prefix(2).allSatisfy { named.contains($0.scope.names(further: design.dimensions)) }
  }
}
