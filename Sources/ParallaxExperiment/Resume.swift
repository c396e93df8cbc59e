public import ParallaxModel

extension Experiment {
  /// Goes on after an interruption.
  ///
  /// A schedule or a wait that was under way is taken as carried out: what nobody heard of is lost, and nothing of it is
  /// sent again. (A wait for the cause of a mystery, which is for a certain moment, goes on until then.) A climb that was under way begins anew with requests of its own, since what it had drained may have
  /// come back in the meantime.
  ///
  /// - Parameters:
  ///   - samples: what was recorded of the directive that was under way.
  ///   - pending: that directive; nil when the interruption fell between two.
  public mutating func resume(_ resumption: Resumption, samples: [Sample], pending: Directive?) -> Step {
    guard let lastStep else { preconditionFailure("an experiment is resumed after it began") }
    switch pending {
    case nil:
      notebook.takeInterruption(resumption, samples: [])
      return lastStep
    case .ramp:
      notebook.takeInterruption(resumption, samples: samples)
      return lastStep
    case .schedule, .wait:
      let lost = resumption.unknown.flatMap { unknown in
        Array(
          repeating: Sample(
            cell: unknown.cell, time: resumption.now, sent: resumption.now, latency: 0, reading: .void(.silence)),
          count: unknown.count)
      }
      // They are charged as samples.
      notebook.takeInterruption(Resumption(now: resumption.now, idle: resumption.idle), samples: [])
      if case .wait? = pending, let rest = restOfWait(after: resumption) { return rest }
      return next(Report(samples: samples + lost, now: resumption.now))
    }
  }

  /// An experiment that has heard all that an interrupted run had heard. The seed makes it ask for the same again.
  ///
  /// - Parameter samples: what the observations of a range were to the experiment; asked for in order, once each.
  /// - Returns: the experiment and what it wants next, or wanted when it was interrupted.
  ///
  /// Errors: `storeFailed` where it now asks for something else, because another version of this program ran it.
  public static func replaying(
    _ history: RunHistory, design: Design, configuration: ExperimentConfiguration,
    samples: (Range<Int>) -> [Sample]
  ) throws(ParallaxError) -> (Experiment, Step) {
    var experiment = Experiment(design: design, configuration: configuration)
    var step = experiment.next(nil)
    var pending: Directive?
    var taken = 0
    for entry in history.entries {
      switch entry.event {
      case .directive(let directive):
        guard case .perform(directive, _) = step else { throw Self.differs(from: directive, step) }
        pending = directive
      case .end(let end):
        // Stopped from outside: it stays under way until the run goes on.
        guard end.stopped == nil else {
          experiment.notebook.charge(end.unknown)
          continue
        }
        step = experiment.next(end.report(samples(taken..<entry.observations)))
        taken = entry.observations
        pending = nil
      case .resumption(let resumption):
        step = experiment.resume(resumption, samples: samples(taken..<entry.observations), pending: pending)
        taken = entry.observations
        pending = nil
      }
    }
    return (experiment, step)
  }

  private static func differs(from directive: Directive, _ step: Step) -> ParallaxError {
    ParallaxError(
      .storeFailed, "the run cannot be gone on with: this version of the program would have done something else",
      remedy: "go on with the version that began it, or run the plan again", cause: "\(directive) against \(step)")
  }
}
