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
    var scope: (requests: Int, seconds: Double)?
    conclusion = world.conclude(configuration) { world, directive in
      // From here on only parameters or another limiter are looked for.
      if scope == nil, directive.stage == .recover || directive.stage == .peel {
        scope = (world.requestsSent - start.requestsSent, world.now - start.now)
      }
      return world.perform(directive)
    }
    requests = world.requestsSent - start.requestsSent
    scopeRequests = scope?.requests ?? requests
    scopeSeconds = scope?.seconds ?? world.now - start.now
    self.world = world
  }
}
