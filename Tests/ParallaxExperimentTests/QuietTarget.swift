internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator

/// Targets without noise whose limiter is known, and runs against them.
enum QuietTarget {
  static let refusal = Signature(status: 429, server: "nginx", body: "html nginx", layer: .edge)

  static func world(
    _ rule: some AdmissionRule, scope: DimensionSet, extent: WorldDesign.Extent = .standard,
    roundTrips: [Double] = [0.04, 0.1], service: Double = 0.01, control: Double = 0.02
  ) -> SimulatedWorld {
    let model = LimiterModel(
      rule: rule, traits: LimiterModel.Traits(scope: Scope(scope), signature: refusal))
    return .quiet(
      LimiterStack(layers: [model]), extent: extent, roundTrips: roundTrips, control: control, service: service)
  }

  static func run(
    _ world: SimulatedWorld, recoverySeconds: Double = 0, peelSeconds: Double = 0, budget: Budget? = nil
  ) -> SimulatedRun {
    SimulatedRun(
      on: world,
      configuration: ExperimentConfiguration(
        budget: budget ?? world.budget, seed: 7, recoverySeconds: recoverySeconds, peelSeconds: peelSeconds))
  }
}

/// An algorithm by name, with a size that any machine can exhaust.
enum Rule: String, CaseIterable, Sendable {
  case alignedWindow, anchoredWindow, slidingLog, slidingCounter, slowBucket, fastBucket, hourly

  func world(scope: DimensionSet) -> SimulatedWorld {
    switch self {
    case .alignedWindow:
      QuietTarget.world(FixedWindow(limit: 40, window: 60, alignment: .clock, countsRejected: false), scope: scope)
    case .anchoredWindow:
      QuietTarget.world(
        FixedWindow(limit: 40, window: 60, alignment: .firstRequest, countsRejected: false), scope: scope)
    case .slidingLog: QuietTarget.world(SlidingLog(limit: 40, window: 60), scope: scope)
    case .slidingCounter: QuietTarget.world(SlidingCounter(limit: 40, window: 60), scope: scope)
    case .slowBucket: QuietTarget.world(TokenBucket(rate: 0.5, burst: 20), scope: scope)
    case .fastBucket: QuietTarget.world(TokenBucket(rate: 6, burst: 20), scope: scope)
    case .hourly:
      QuietTarget.world(FixedWindow(limit: 100, window: 3600, alignment: .clock, countsRejected: false), scope: scope)
    }
  }
}
