internal import Glibc
internal import ParallaxInference
internal import ParallaxModel

/// The search for the scope of one limiter: exhaust the reference, probe the other cells while it is exhausted, and
/// go on until one pattern has the threshold, or until nothing more can be learned.
struct LimiterSearch: Sendable {
  /// Under a known faster limiter every request keeps to a pace, and a round fits into its burst.
  struct Pace: Sendable {
    /// Seconds between requests.
    var gap: Double
    /// Requests that may follow each other at once after a rest.
    var burst: Int
    /// Seconds the exhausting may take.
    var deadline: Double
  }

  enum Position {
    case start, exhausting, testingConcurrency
    case awaitingRound([Schedule.Item], lead: Int)
    case probing(lead: Int)
    case awaitingReset(AwaitReset)
    /// Everything is full: a few cells are asked before the reference is exhausted again.
    case askingRested
  }

  let pace: Pace?
  /// What its requests are counted under; nil for exhausting and probing.
  var stage: Stage?
  /// The reference is limited already: there is nothing to exhaust.
  private(set) var isPresaturated: Bool
  var maxRequests: Int
  var position = Position.start
  var posterior: ScopePosterior
  var estimate: ScopeEstimate
  var signature: Signature?
  var saturation = RampOutcome.Saturation.none
  /// Why it ended below the threshold.
  var reason: Verdict.Inconclusive?
  /// A second kind of refusal that took the place of the first.
  var mask: Signature?
  var firstRequests = 0

  /// When what was refused before may have been another limiter's doing, seconds: parameters are fitted to what followed.
  var fitsFrom = -Double.infinity

  // What the first exhausting measured.
  var firstCapacity: Int?
  var firstTime = 0.0
  var limitTime = 0.0

  // How the rounds go.
  var exhaustions = 0
  /// Seconds that it took to reset, when that was last waited for.
  var resetTook: Double?
  var rounds = 0
  var needsExhausting = true
  /// Tokens come back between or within rounds: the reference is needed between all probes.
  var isDense = false
  /// Requests of the reference that a round begins with.
  var lead = 1
  /// What the next round's first denial makes evidence; `posterior` expects it already.
  var openSandwich: OpenSandwich?
  var shortLeads = 0
  /// Successes with which the last rounds began, latest first.
  var regained: [Int] = []
  var pacedLead = 0
  var resets = 0
  var stagnation = Stagnation.spent
  var noResetCame = false
  var naps = 0
  var lastSaturated = -Double.infinity
  /// Triage had spent most of what the bucket holds.
  var isSpentByTriage = false
  /// Every request admitted so far was still in flight at the first denial: this may be a limit on concurrency.
  var suspectsConcurrency = false
  /// The limit is gone as soon as requests end, so every round fills it anew; the number in flight that fills it.
  var concurrency: Int?
  /// How often the reference passed and was denied again, and when that first began, seconds.
  var recurrences = 0
  var recurred: Double?
  var history: [Double] = []
  /// How long a prefix of the address counts, as text; nil where that was not found out.
  var prefix: String?
  var knowsPrefix = false

  static let roundLimit = 10
  static let denseRoundLimit = 14
  static let pacedRoundLimit = 25

  init(
    posterior: ScopePosterior, maxRequests: Int, pace: Pace? = nil, presaturated: Signature? = nil,
    stage: Stage? = nil
  ) {
    self.stage = stage
    self.pace = pace
    self.maxRequests = maxRequests
    isPresaturated = presaturated != nil
    var posterior = posterior
    if presaturated != nil {
      signature = presaturated
      saturation = .hard
      needsExhausting = false
      posterior.exhausted = 40
      firstCapacity = 1
    }
    estimate = posterior.estimate()
    self.posterior = posterior
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Void> {
    switch position {
    case .start:
      notebook.exhaustedCell = 0
      firstRequests = notebook.requests
    case .exhausting:
      guard digestExhausting(&notebook) else { return .done(()) }
      if case .awaitingReset = position { return next(&notebook) }
      if openSandwich == nil, everythingWasProbed(notebook), isDecided(notebook) { return .done(()) }
    case .testingConcurrency:
      digestConcurrencyTest(notebook)
    case .awaitingRound(let items, let lead):
      // A rest that came before the round.
      position = .probing(lead: lead)
      return .perform(.schedule(Schedule(stage: stage ?? .probe, items: items)), label: "round \(rounds)")
    case .probing(let lead):
      guard digestRound(notebook, lead: lead) else { return .done(()) }
    case .awaitingReset(var reset):
      let move = reset.next(&notebook)
      position = .awaitingReset(reset)
      resetTook = reset.took ?? resetTook
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(.recovered):
        needsExhausting = true
        if stagnation == .contradiction, resets > 0 { restart() }
        posterior.noteRecovery(at: notebook.now)
        if let items = restedControls(notebook) {
          position = .askingRested
          return .perform(
            .schedule(Schedule(stage: stage ?? .probe, items: items)), label: "do they pass at rest?")
        }
      case .done where isSpentByTriage:
        // Then what the probes answer must do, however little it tells.
        isSpentByTriage = false
        needsExhausting = true
      case .done where resets > 0 && stagnation == .littleLeft:
        noResetCame = true
      case .done where resets > 0 && stagnation == .contradiction:
        return finish(Reasons.contradictionStays)
      case .done:
        reason = exhaustedProbes
        return .done(())
      }
    case .askingRested:
      addRested(notebook.fresh, notebook)
    }
    if !notebook.isReachable(0) { return finish(Reasons.lost(notebook.design.reference, in: notebook.design)) }
    if needsExhausting { return exhaust(&notebook) }
    return suspectsConcurrency && concurrency == nil ? testConcurrency() : probe(&notebook)
  }

  /// Whether every kind of cell that can be used has met the exhausted reference.
  private func everythingWasProbed(_ notebook: Notebook) -> Bool {
    let probed = posterior.segments.reduce(into: Set<DimensionSet>()) { kinds, segment in
      for trial in segment.trials { kinds.insert(notebook.design.cells[trial.cell].differs) }
    }
    return notebook.design.cells.allSatisfy { !notebook.isUsable($0.id) || probed.contains($0.differs) }
  }

  /// What the bucket holds, if it is so little that it must be rested for a long time.
  var smallCapacity: Int? { firstCapacity.flatMap { $0 <= AwaitReset.smallCapacity ? $0 : nil } }

  /// Whether the limit is so small that triage alone may have spent a lower tier's share of it: then that all were
  /// denied for long tells little, and only the opposite corner does.
  var mayMeetALowerTier: Bool { firstCapacity.map { Double($0) <= ScopePosterior.smallAllowance } ?? false }

  var exhaustedProbes: Verdict.Inconclusive { Reasons.spent(capacity: firstCapacity ?? 0) }

  /// What was drained when the search began has recovered: it can be exhausted like any other.
  mutating func noteRecoveredBeneath() {
    isPresaturated = false
    saturation = .none
    firstCapacity = nil
  }

  private mutating func restart() {
    stagnation = .spent
    posterior = posterior.restartedAfterContradiction()
    recurrences = 0
    recurred = nil
    firstCapacity = nil
    isDense = false
    lead = 1
    regained = []
    updateEstimate()
  }

  /// The search at its start, with all that it knows; it waits for no reset of its own any more.
  func rewound() -> LimiterSearch {
    var search = self
    (search.position, search.reason, search.history) = (.start, nil, [])
    (search.exhaustions, search.rounds, search.resets) = (1, 0, Self.resetLimit)
    return search
  }

  /// The sandwich that is open, if there is one; `posterior` expects nothing of it any more. The estimate is the old one.
  mutating func takeOpenSandwich() -> OpenSandwich? {
    guard let open = openSandwich else { return nil }
    openSandwich = nil
    posterior = open.posterior
    return open
  }

  /// No denial will follow it any more.
  mutating func dropOpenSandwich() {
    if takeOpenSandwich() != nil { updateEstimate() }
  }

  mutating func updateEstimate() { estimate = posterior.estimate() }

  mutating func finish(_ reason: Verdict.Inconclusive) -> Move<Void> {
    dropOpenSandwich()
    self.reason = reason
    return .done(())
  }

  /// Segments in which everything was denied, two cells among it that the best hypothesis calls separate: an outage
  /// that came between explains that better than the hypothesis does, and then they say nothing about the others either.
  private var segmentsInOutage: Set<Int> {
    let best = estimate.bestHypothesis
    guard !best.isEveryone, smallCapacity == nil, concurrency == nil else { return [] }
    return Set(
      posterior.segments.indices.filter { index in
        let probes = posterior.segments[index].trials.filter { $0.cell != 0 }
        let separate = Set(probes.map(\.cell)).filter { (best.shared | best.cheaper) & (1 << CellMask($0)) == 0 }
        return separate.count >= 2 && probes.allSatisfy(\.limited)
      })
  }

  /// Leaves out what an outage may have answered; false where there is nothing of that kind.
  mutating func leaveOutOutage() -> Bool {
    let doubtful = segmentsInOutage
    guard !doubtful.isEmpty else { return false }
    posterior = posterior.without(segments: doubtful)
    updateEstimate()
    return true
  }

  /// Everything was denied, then the reference passed, and was denied again. There may have been an outage first, and
  /// then the limit of somebody less than *everyone*: what came after it must speak for *everyone* too.
  ///
  /// Where it speaks against it, what came before is left out.
  mutating func weighRecurrence() {
    guard pace == nil, let recurred else { return }
    let earlier = posterior.segments.indices.filter { posterior.segments[$0].trials[0].time < recurred }
    guard !earlier.isEmpty,
      earlier.allSatisfy({ posterior.segments[$0].trials.allSatisfy(\.limited) })
    else { return }
    var later = posterior.without(segments: Set(earlier))
    let rest = later.estimate()
    if rest.coincidenceOfAnOutageBefore > 1 / ScopePosterior.priorOfCoincidence {
      posterior = later
      estimate = rest
      self.recurred = nil
    } else {
      let closedAgain = pow(ScopePosterior.recurrence, Double(recurrences))
      posterior.coincidence = min(1, max(closedAgain, rest.coincidenceOfAnOutageBefore))
      updateEstimate()
    }
  }

  /// Adds the valid part of a round, if it has one.
  ///
  /// - Parameters:
  ///   - earlier: what was answered before it.
  ///   - last: the denial that all of it follows.
  mutating func addSegment(
    _ entries: [Entry], _ notebook: Notebook, earlier: [Trial] = [], after last: Trial? = nil
  ) {
    var entries = entries
    if suspectsConcurrency || concurrency != nil {
      let own = notebook.fresh.filter { $0.cell == 0 }.compactMap { entry in
        notebook.denied(entry, by: signature).map { (entry: entry, denied: $0) }
      }
      if let release = ConcurrencyGuard(own).release {
        entries = entries.filter { $0.time < release - ConcurrencyGuard.margin }
      }
    }
    let trials = earlier + entries.compactMap { notebook.trial($0, by: signature) }
    if let segment = Segment(round: trials, of: 0, after: last) { posterior.add(segment) }
  }
}
