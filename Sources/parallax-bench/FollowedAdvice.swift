internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator

/// Doing what an inconclusive result advises, in the world as its run left it.
enum FollowedAdvice {
  /// Whether a second run, after the limits have reset, gives the right answer.
  static func settles(_ first: SimulatedRun, seed: UInt64) -> Bool {
    let conclusion = first.conclusion
    // Where a cause is the answer, the scope is still open.
    let steps = conclusion.inconclusive?.steps ?? conclusion.causes.prefix(1).compactMap(\.step)
    guard var world = first.world.following(steps) else { return false }
    _ = world.perform(.wait(seconds: world.truth.resetSeconds, reason: "the limits reset"))
    // A new run has a budget of its own.
    world.renewBudget(world.budget)
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
