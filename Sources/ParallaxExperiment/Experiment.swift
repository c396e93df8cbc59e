internal import ParallaxInference
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

  enum Phase: Sendable {
    case triage(Triage)
    case mystery(MysteryStage, Triage)
    case searching(LimiterSearch)
    case confirming(Confirm, LimiterSearch)
    case resettingToRepeat(AwaitReset)
    case searchingMask(LimiterSearch, beneath: LimiterSearch)
    case unmasking(Unmask, beneath: LimiterSearch, mask: LimiterSearch)
    case neighbouring(Neighbours, LimiterSearch)
    case recovering(Recover, LimiterSearch)
    case peeling(Peel, LimiterSearch, Parameters)
    case finished(Conclusion)
  }

  public let design: Design
  public let configuration: ExperimentConfiguration
  public private(set) var progress = Progress(stage: .triage, requests: 0)
  private let lattice: Lattice
  var notebook: Notebook
  var phase: Phase
  /// What was asked for last.
  var lastStep: Step?
  private var hasRepeated = false
  private var notes: [String] = []

  public init(design: Design, configuration: ExperimentConfiguration) {
    self.design = design
    self.configuration = configuration
    lattice = Lattice(design: design)
    notebook = Notebook(design: design, configuration: configuration)
    phase = .triage(Triage(lattice: lattice))
    if !configuration.triageOnly, configuration.budget.requests < design.minimumRequests {
      phase = .finished(
        Conclusion(
          status: .inconclusive,
          inconclusive: Reasons.budgetTooSmall(configuration.budget, needed: design.minimumRequests)))
    }
  }

  /// The next thing to do: call it with nil first, then with the report of each directive, until it says finished.
  public mutating func next(_ report: Report?) -> Step {
    if let report {
      notebook.take(report)
      progress.requests = notebook.requests
      if let stopped = report.stopped { conclude(stopped: stopped) }
    }
    while true {
      if let step = advance() {
        if case .perform(let directive, _) = step { progress.stage = directive.stage ?? progress.stage }
        lastStep = step
        return step
      }
    }
  }

  /// One move of the present phase; nil when the phase changed.
  private mutating func advance() -> Step? {
    switch phase {
    case .finished(var conclusion):
      conclusion.notes += notes + PlannedOrder.notes(refused: notebook.outOfOrder)
      return .finished(conclusion)
    case .triage(var triage):
      let move = triage.next(&notebook)
      phase = .triage(triage)
      if case .perform(let directive, let label) = move { return .perform(directive, label: label) }
      leave(triage)
    case .mystery(var mystery, let triage):
      let move = mystery.next(&notebook)
      phase = .mystery(mystery, triage)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(.concluded(let conclusion)): phase = .finished(conclusion)
      case .done(.passes):
        var posterior = triage.posterior
        for trial in mystery.trials { posterior.addIdle(trial) }
        phase = .searching(LimiterSearch(posterior: posterior, maxRequests: exhaustLimit))
      }
    case .searching(var search):
      let move = search.next(&notebook)
      show(search)
      phase = .searching(search)
      if case .perform(let directive, let label) = move { return .perform(directive, label: label) }
      finished(search)
    case .confirming(var confirm, var search):
      let move = confirm.next(&notebook)
      let isRepeated = confirm.repetition > search.posterior.repetition
      if isRepeated || (confirm.coincidence < search.posterior.coincidence && !search.mayMeetALowerTier) {
        search.posterior.coincidence = confirm.coincidence
        search.posterior.repetition = confirm.repetition
        search.updateEstimate()
        if findings(search).isDetermined {
          recover(search)
          return nil
        }
      }
      phase = .confirming(confirm, search)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(.refuted) where !hasRepeated:
        hasRepeated = true
        phase = .resettingToRepeat(AwaitReset(signature: search.signature, capacity: search.firstCapacity))
      case .done(let result):
        search.reason = Reasons.everyone(result)
        conclude(search)
      }
    case .resettingToRepeat(var reset):
      let move = reset.next(&notebook)
      phase = .resettingToRepeat(reset)
      if case .perform(let directive, let label) = move { return .perform(directive, label: label) }
      phase = .triage(Triage(lattice: lattice))
    case .searchingMask(var search, let beneath):
      let move = search.next(&notebook)
      show(search)
      phase = .searchingMask(search, beneath: beneath)
      if case .perform(let directive, let label) = move { return .perform(directive, label: label) }
      notebook.passSignature = nil
      let parameters = Parameters(beneath, notebook)
      if !findings(search).isDetermined, let peel = Peel(in: beneath, parameters, notebook) {
        phase = .peeling(peel, beneath, parameters)
      } else if findings(search).isDetermined, let unmask = Unmask(beneath, maskedBy: search, notebook) {
        phase = .unmasking(unmask, beneath: beneath, mask: search)
      } else {
        conclude(beneath, mask: search)
      }
    case .unmasking(var unmask, let beneath, let mask):
      let move = unmask.next(&notebook)
      phase = .unmasking(unmask, beneath: beneath, mask: mask)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(let first): conclude(first ?? beneath, mask: mask)
      }
    case .neighbouring(var neighbours, var search):
      let move = neighbours.next(&notebook)
      phase = .neighbouring(neighbours, search)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(let prefix):
        search.prefix = prefix
        search.knowsPrefix = true
        recover(search)
      }
    case .recovering(var recover, let search):
      let move = recover.next(&notebook)
      phase = .recovering(recover, search)
      if case .perform(let directive, let label) = move { return .perform(directive, label: label) }
      let search = recover.weighed(notebook)
      guard findings(search).isDetermined else {
        conclude(search)
        return nil
      }
      let parameters = Parameters(search, notebook)
      if configuration.peelSeconds > 0, let peel = Peel(after: search, parameters, notebook) {
        phase = .peeling(peel, search, parameters)
      } else {
        conclude(search, parameters)
      }
    case .peeling(var peel, let search, let parameters):
      let move = peel.next(&notebook)
      phase = .peeling(peel, search, parameters)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(let second):
        if let second, !findings(search).isDetermined, findings(second).isDetermined,
          let unmask = Unmask(search, maskedBy: second, notebook)
        {
          phase = .unmasking(unmask, beneath: search, mask: second)
        } else {
          conclude(search, parameters, second: second)
        }
      }
    }
    return nil
  }

  /// Goes on with what triage shows. After a load of our own a limited reference is no mystery.
  private mutating func leave(_ triage: Triage) {
    if !hasRepeated { notes = FreshNotes.notes(triage.readings, in: design) }
    if configuration.triageOnly || (triage.referenceIsLimited && !hasRepeated) {
      phase = .mystery(MysteryStage(notebook), triage)
    } else if triage.referenceIsLimited {
      phase = .finished(
        Conclusion(status: .inconclusive, inconclusive: Reasons.stillLimited(triage.readings, in: design)))
    } else {
      phase = .searching(LimiterSearch(posterior: triage.posterior, maxRequests: exhaustLimit))
    }
  }

  /// Requests that one exhausting may take.
  private var exhaustLimit: Int { configuration.budget.requests * 4 / 5 }

  private mutating func finished(_ search: LimiterSearch) {
    let findings = findings(search)
    if search.saturation != .none, search.bestRaw >= configuration.threshold, !findings.isDetermined,
      search.estimate.bestHypothesis.isEveryone
    {
      if let confirm = Confirm(after: search, notebook) {
        phase = .confirming(confirm, search)
      } else {
        var search = search
        search.reason = Reasons.everyone(nil)
        conclude(search)
      }
    } else if let mask = search.mask, !findings.isDetermined {
      notebook.passSignature = search.isDense ? nil : search.signature
      phase = .searchingMask(
        LimiterSearch(posterior: search.posterior.restarted(), maxRequests: 60, presaturated: mask), beneath: search)
    } else {
      recover(search)
    }
  }

  /// Goes on to how the limiter recovers, if its scope is known and there is time for it.
  private mutating func recover(_ search: LimiterSearch) {
    if !search.knowsPrefix, findings(search).isDetermined,
      let neighbours = Neighbours(after: search, findings(search).best.scopes, notebook)
    {
      phase = .neighbouring(neighbours, search)
      return
    }
    guard findings(search).isDetermined, configuration.recoverySeconds > 0, search.concurrency == nil,
      !notebook.isQueue
    else { return conclude(search) }
    phase = .recovering(Recover(after: search, notebook), search)
  }

  private mutating func show(_ search: LimiterSearch) {
    guard search.saturation != .none, let best = search.estimate.answers(above: 0).first else { return }
    progress.leading = best.scopes.map { $0.names(further: design.dimensions) }
    progress.posterior = best.posterior
  }
}
