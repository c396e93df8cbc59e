public import ParallaxModel

/// An experiment on a simulated world with everything that was observed, as a journal would hold it.
public struct RecordedRun: Sendable {
  public let design: Design
  public let conclusion: Conclusion
  public let observations: [Observation]
  /// Virtual seconds from the first directive to the conclusion.
  public let duration: Double

  public init(on start: SimulatedWorld, configuration: ExperimentConfiguration) {
    var world = start
    var observations: [Observation] = []
    conclusion = world.conclude(configuration) { world, directive in
      let report = world.perform(directive)
      observations += report.samples.sorted { $0.sent < $1.sent }.enumerated().map { index, sample in
        Self.observation(sample, id: observations.count + index, stage: directive.stage ?? .hold)
      }
      return report
    }
    design = start.design
    self.observations = observations
    duration = world.now - start.now
  }

  private static func observation(_ sample: Sample, id: Int, stage: Stage) -> Observation {
    let status: Int? =
      switch sample.reading {
      case .passed: 200
      case .limited(let signature): signature.status
      case .void(.serverError): 500
      case .void: nil
      }
    let end = sample.sent + sample.latency
    return Observation(
      id: id, cell: sample.cell, stage: stage, planned: sample.sent, sent: sample.sent,
      firstByte: status == nil ? nil : end, end: end, clockBound: sample.bound,
      answer: Answer(status: status, bytes: status == nil ? 0 : 200, failure: status == nil ? .timeout : nil),
      reading: sample.reading)
  }
}
