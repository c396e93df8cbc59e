internal import ParallaxExperiment
internal import ParallaxModel

extension SimulatedWorld {
  /// A whole experiment on this world.
  ///
  /// - Parameter perform: carries a directive out on the world, and may look at it before and after.
  mutating func conclude(
    _ configuration: ExperimentConfiguration, _ perform: (inout SimulatedWorld, Directive) -> Report
  ) -> Conclusion {
    var experiment = Experiment(design: design, configuration: configuration)
    var step = experiment.next(nil)
    while case .perform(let directive, _) = step { step = experiment.next(perform(&self, directive)) }
    guard case .finished(let conclusion) = step else { preconditionFailure("a step performs or finishes") }
    return conclusion
  }
}
