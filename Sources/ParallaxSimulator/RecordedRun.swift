internal import ParallaxExperiment
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
    var experiment = Experiment(design: world.design, configuration: configuration)
    var observations: [Observation] = []
    var report: Report?
    while true {
      let step = experiment.next(report)
      guard case .perform(let directive, _) = step else {
        guard case .finished(let conclusion) = step else { preconditionFailure("a step performs or finishes") }
        self.conclusion = conclusion
        break
      }
      let answered = world.perform(directive)
      let stage = directive.recordedStage
      observations += answered.samples.sorted { $0.sent < $1.sent }.enumerated().map { index, sample in
        Self.observation(sample, id: observations.count + index, stage: stage)
      }
      report = answered
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

extension Directive {
  fileprivate var recordedStage: Stage {
    switch self {
    case .schedule(let schedule): schedule.stage
    case .ramp(let ramp): ramp.stage
    case .wait: .hold
    }
  }
}
