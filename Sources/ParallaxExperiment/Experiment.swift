public import ParallaxModel

/// The adaptive protocol as a state machine: reports in, directives out. It does no I/O and reads no clock, so the
/// same code runs on simulated worlds and on real fleets.
///
///     var step = experiment.next(nil)
///     while case .perform(let directive, _) = step { step = experiment.next(perform(directive)) }
public struct Experiment: Sendable {
  public enum Step: Sendable, Hashable {
    /// Carry this out and come back with its report. The label says what for, for a line of progress.
    case perform(Directive, label: String)
    case finished(Conclusion)
  }

  /// Where the experiment stands, for display.
  public struct Progress: Sendable, Hashable {
    public var stage: Stage
    /// Requests that reports have accounted for.
    public var requests: Int
    /// The scopes that explain the data best so far, as names of dimensions (several sets for layered limiters), and
    /// their posterior; nil before the first denial.
    public var leading: [[String]]?
    public var posterior: Double?

    public init(stage: Stage, requests: Int, leading: [[String]]? = nil, posterior: Double? = nil) {
      self.stage = stage
      self.requests = requests
      self.leading = leading
      self.posterior = posterior
    }
  }

  public let design: Design
  public let configuration: ExperimentConfiguration
  public private(set) var progress = Progress(stage: .triage, requests: 0)

  public init(design: Design, configuration: ExperimentConfiguration) {
    self.design = design
    self.configuration = configuration
  }

  /// The next thing to do: call it with nil first, then with the report of each directive, until it says finished.
  public mutating func next(_ report: Report?) -> Step {
    .finished(
      Conclusion(
        status: .inconclusive,
        inconclusive: Verdict.Inconclusive(because: "surface only, so far", toSettle: "wait for the next commit")))
  }
}
