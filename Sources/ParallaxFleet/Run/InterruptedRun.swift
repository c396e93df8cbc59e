public import ParallaxModel

/// A run that did not come to its end, as its journal tells it.
public struct InterruptedRun: Sendable {
  public var id: String
  public var design: Design
  public var configuration: ExperimentConfiguration
  /// The very bytes of the request plan that the agents had.
  public var requestPlan: [UInt8]
  public var digest: String
  /// In the order in which they were recorded.
  public var observations: [Observation]
  public var history: RunHistory
  /// When it was last written to, seconds since 1970.
  public var lastActive: Double

  public init(
    id: String, design: Design, configuration: ExperimentConfiguration, requestPlan: [UInt8], digest: String,
    observations: [Observation], history: RunHistory, lastActive: Double
  ) {
    self.id = id
    self.design = design
    self.configuration = configuration
    self.requestPlan = requestPlan
    self.digest = digest
    self.observations = observations
    self.history = history
    self.lastActive = lastActive
  }

  /// Observations that came before the directive that was under way, or all.
  var settled: Int { history.pending.map { history.entries[$0.index].observations } ?? observations.count }

  /// Requests that the directive under way may have sent and nobody recorded.
  var unknown: [UnknownRequests] {
    guard let pending = history.pending, !pending.isDrained else { return [] }
    let recorded = observations[settled...]
    switch pending.directive {
    case .wait: return []
    case .schedule(let schedule):
      return Unaccounted.of(schedule.items.map(\.cell), stage: schedule.stage, recorded: recorded.map(\.cell))
    case .ramp(let ramp):
      let requests = ramp.maxRequests + FleetInstrument.followUpRequests(of: ramp)
      return Unaccounted.of(ramp, requests: requests, recorded: recorded.count, rate: configuration.budget.rate)
    }
  }
}
