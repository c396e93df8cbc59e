internal import ParallaxExperiment
public import ParallaxModel

/// A whole experiment on a simulated world, from the first request to the conclusion.
public struct SimulatedRun: Sendable {
  public let conclusion: Conclusion
  /// The world as the run left it.
  public let world: SimulatedWorld
  /// Requests that the run sent.
  public let requests: Int
  /// Requests and virtual seconds until only parameters and further limiters were left to find out: the cost of the
  /// scope.
  public let scopeRequests: Int
  public let scopeSeconds: Double

  public init(on start: SimulatedWorld, configuration: ExperimentConfiguration) {
    var world = start
    var experiment = Experiment(design: world.design, configuration: configuration)
    var scope: (requests: Int, seconds: Double)?
    var report: Report?
    while true {
      let step = experiment.next(report)
      guard case .perform(let directive, _) = step else {
        guard case .finished(let conclusion) = step else { preconditionFailure("a step performs or finishes") }
        self.conclusion = conclusion
        break
      }
      if scope == nil, directive.isBeyondScope {
        scope = (world.requestsSent - start.requestsSent, world.now - start.now)
      }
      report = world.perform(directive)
    }
    requests = world.requestsSent - start.requestsSent
    scopeRequests = scope?.requests ?? requests
    scopeSeconds = scope?.seconds ?? world.now - start.now
    self.world = world
  }
}

extension Directive {
  /// Whether its requests serve the parameters or a deeper limiter.
  fileprivate var isBeyondScope: Bool {
    switch self {
    case .schedule(let schedule): schedule.stage == .recover || schedule.stage == .peel
    case .ramp(let ramp): ramp.stage == .recover || ramp.stage == .peel
    case .wait: false
    }
  }
}
