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
  ///
  /// Of a schedule it is what was planned and not recorded. A climb has no list: an agent without its controller stops
  /// at the end of its link, or at the latest when its lease ends, and keeps to the budget's rate until then.
  var unknown: [Resumption.Unknown] {
    guard let pending = history.pending, !pending.isDrained else { return [] }
    let recorded = observations[settled...]
    switch pending.directive {
    case .wait: return []
    case .schedule(let schedule):
      var open: [Int: Int] = [:]
      for item in schedule.items { open[item.cell, default: 0] += 1 }
      for observation in recorded { open[observation.cell, default: 0] -= 1 }
      return open.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { cell, count in
        Resumption.Unknown(cell: cell, stage: schedule.stage, count: count)
      }
    case .ramp(let ramp):
      let rate = configuration.budget.rate
      let afterwards = Int((rate * AgentLink.leaseLife).rounded(.up)) + Int(rate.rounded(.up)) + 1
      let left = ramp.maxRequests + FleetInstrument.followUpRequests(of: ramp) - recorded.count
      let count = max(0, min(left, afterwards))
      return count > 0 ? [Resumption.Unknown(cell: ramp.cell, stage: ramp.stage, count: count)] : []
    }
  }
}
