internal import ParallaxAnalysis
internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator

/// The plan's, not the testing library's.
typealias Expectation = ParallaxModel.Expectation

/// Runs on a simulated target with one limiter, recorded as a store would hold them.
enum SimulatedTarget {
  static let refusal = Signature(
    status: 429, server: "nginx", headers: ["retry-after"], body: "html nginx", layer: .edge)

  static func run(
    _ rule: some AdmissionRule, scope: DimensionSet, requests: Int = 600, seed: UInt64 = 7, recover: Double = 0
  ) -> MeasuredRun {
    let model = LimiterModel(
      rule: rule, traits: LimiterModel.Traits(scope: Scope(scope), signature: refusal), seed: seed)
    let world = SimulatedWorld.quiet(
      LimiterStack(layers: [model]), extent: .standard, roundTrips: [0.04, 0.1], control: 0.02, service: 0.01)
    let recorded = RecordedRun(
      on: world,
      configuration: ExperimentConfiguration(
        budget: Budget(requests: requests, rate: 50, duration: 900), seed: seed, recoverySeconds: recover))
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let id = "20261124T061500Z-7f3a"
    return MeasuredRun(
      id: id, planDigest: digest, design: recorded.design, observations: recorded.observations,
      verdict: Verdict(
        run: id, planDigest: digest, conclusion: recorded.conclusion, requestsSent: recorded.observations.count,
        duration: recorded.duration))
  }
}
