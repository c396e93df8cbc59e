internal import ParallaxInference
internal import ParallaxModel

extension LimiterSearch {
  /// Requests of the reference that a round begins with at most; beyond that it is exhausted anew.
  static let longestLead = 40
  /// Tokens that must have come back, for their absence to be a surprise.
  static let surprise = 4.0
  /// How often everything may begin anew, and what may be exhausted again for it.
  static let resetLimit = 5
  static let cheapCapacity = 150
  /// Shares of the threshold's doubt beneath a first limiter: what *everyone* is aimed at, since there a few probes more
  /// cost less than to exhaust everything again at that one's pace, and what every answer must reach, since the first
  /// one's own refusals disturb it.
  static let roomBeneath = (aim: 0.3, most: 0.75)
  /// Where the probes' own buckets are small, a round that raises the odds by less than this factor spends what a rest
  /// would make worth more.
  static let worthRound = 1.6
  /// Share of the threshold's doubt with which a search ends that could only go on after a rest.
  static let doubtWithoutMore = 0.5

  /// Plans the next round across hosts, or ends the search when it would tell nothing more.
  mutating func probe(_ notebook: inout Notebook) -> Move<Void> {
    if rounds >= (pace != nil ? Self.pacedRoundLimit : isDense ? Self.denseRoundLimit : Self.roundLimit) {
      return beginAnew(&notebook, after: .contradiction)
        ?? finish(noResetCame ? exhaustedProbes : Reasons.rounds(rounds))
    }
    guard notebook.requestsLeft >= 15 else { return finish(Reasons.budget(notebook.configuration.budget)) }
    rounds += 1
    posterior.ownRefill = isDense && rounds > 1 ? 0.7 * estimate.refillRate : 0
    updateEstimate()
    let wanted = candidates(notebook)
    let need = isDense ? min(2 + 0.5 * estimate.capacity.slack, 0.6 * estimate.capacity.value) : 1
    if let lost = lostDoubt(notebook) { return finish(lost) }
    var able = wanted.filter { estimate.isInformative($0, at: notebook.now, need: need) }
    if able.isEmpty, openSandwich != nil { able = wanted }
    if able.isEmpty, isDense, posterior.ownRefill > 0.2, naps < 6 {
      naps += 1
      rounds -= 1
      position = .start
      let seconds = min(4, max(0.3, 0.5 * Double(firstCapacity ?? 0) / posterior.ownRefill))
      return .perform(.wait(seconds: seconds, reason: "let the probes' own buckets fill up"), label: "rest")
    }
    // A round inside a faster limiter's burst is small.
    let lately = pace == nil ? 4 : 8
    if history.count >= lately, bestRaw < notebook.configuration.threshold,
      odds(bestRaw) < 1.15 * odds(history[history.count - lately])
    {
      return beginAnew(&notebook, after: .contradiction) ?? finish(noResetCame ? exhaustedProbes : Reasons.nothingMore)
    }
    history.append(bestRaw)
    guard !able.isEmpty else {
      return isClearlyPastThreshold(notebook)
        ? .done(()) : beginAnew(&notebook, after: .spent) ?? finish(exhaustedProbes)
    }
    let planner = planner(notebook)
    var plan = planner.choose(from: able, &posterior)
    if smallCapacity != nil, odds(planner.probability(plan, &posterior)) < Self.worthRound * odds(bestRaw) {
      if isClearlyPastThreshold(notebook), openSandwich == nil { return .done(()) }
      if let move = beginAnew(&notebook, after: .littleLeft) { return move }
    }
    if plan.isEmpty, noResetCame { return finish(exhaustedProbes) }
    if plan.isEmpty { plan = planner.plan(able) }
    plan.shuffle(using: &notebook.random)
    return schedule(plan, notebook)
  }

  /// Why probes tell no more: their own buckets are spent, or nearly so; or the answers contradict each other, as they
  /// do when an outage, a change of the limit or somebody else's requests came between. What was seen before then says
  /// nothing about what comes after.
  enum Stagnation { case spent, littleLeft, contradiction }

  /// When probes tell no more: waits until everything has reset, and exhausts again. nil where that cannot help, or
  /// was done often enough.
  private mutating func beginAnew(_ notebook: inout Notebook, after state: Stagnation) -> Move<Void>? {
    guard resets < Self.resetLimit, !noResetCame, pace == nil, !isPresaturated, concurrency == nil, !notebook.isQueue,
      (firstCapacity ?? 0) <= Self.cheapCapacity
    else { return nil }
    dropOpenSandwich()
    let capacity = state == .contradiction ? firstCapacity : smallCapacity
    position = .awaitingReset(
      AwaitReset(signature: signature, capacity: capacity, attempt: resets, lastTook: resetTook))
    stagnation = state
    resets += 1
    rounds = 0
    history = []
    return next(&notebook)
  }

  /// Whether what is known will do, though more would be welcome; *everyone* is confirmed by other means.
  private func isClearlyPastThreshold(_ notebook: Notebook) -> Bool {
    1 - bestRaw <= Self.doubtWithoutMore * (1 - notebook.configuration.threshold) && !estimate.bestHypothesis.isEveryone
  }

  private func odds(_ p: Double) -> Double { p / max(1e-12, 1 - p) }

  var bestRaw: Double { estimate.bestPattern.raw }

  /// What probing aims at beyond the threshold, as long as it is cheap.
  func aim(_ notebook: Notebook) -> Double {
    1 - roomAimedAt(notebook) * (1 - notebook.configuration.threshold)
  }

  private var isEveryoneBeneath: Bool { estimate.bestHypothesis.isEveryone && pace != nil }

  /// As a share of the threshold's doubt. Where every round must drain the bucket anew, a probe more is cheaper than
  /// another round, most of all where it takes many requests at once.
  private func roomAimedAt(_ notebook: Notebook) -> Double {
    if concurrency != nil { return 0.15 }
    if notebook.isQueue { return 0.8 }
    if isDense { return 0.55 }
    return isEveryoneBeneath ? Self.roomBeneath.aim : 0.8
  }

  /// Whether the posterior is past the threshold, and a further round would cost more than it adds.
  mutating func isDecided(_ notebook: Notebook) -> Bool {
    let threshold = notebook.configuration.threshold
    if bestRaw >= threshold, leaveOutOutage() { return isDecided(notebook) }
    let doubt = pace != nil ? Self.roomBeneath.most : 1
    guard bestRaw >= 1 - doubt * (1 - threshold) else { return false }
    if estimate.bestHypothesis.isEveryone, recurred != nil {
      weighRecurrence()
      guard estimate.bestHypothesis.isEveryone, bestRaw >= threshold else { return false }
      let canTell = witnesses(notebook).contains { estimate.isInformative($0, at: notebook.now, need: 1) }
      if estimate.bestPattern.posterior < threshold, canTell, rounds < Self.roundLimit { return false }
    }
    if estimate.bestHypothesis.isEveryone, isDense, recurrenceTells {
      return estimate.bestPattern.posterior >= threshold
    }
    if bestRaw >= aim(notebook) || isDense { return true }
    if estimate.bestHypothesis.isEveryone, let last = history.last {
      return odds(bestRaw) < Self.worthRound * odds(last)
    }
    return !planner(notebook).isWorthwhile(candidates(notebook), &posterior)
  }

  private func planner(_ notebook: Notebook) -> ProbePlanner {
    var denied: Set<Int> = []
    for segment in posterior.segments {
      for trial in segment.trials where trial.limited { denied.insert(trial.cell) }
    }
    return ProbePlanner(
      estimate: estimate, target: aim(notebook), start: notebook.now + notebook.controlGap,
      isRefilling: isDense && concurrency == nil, usesControls: isDense, goesOn: lead == 0,
      deniedBefore: denied)
  }

  /// The cells that may be asked: those about which the posterior is unsure, one of each kind, or else the witnesses.
  private func candidates(_ notebook: Notebook) -> [Int] {
    let unsure = unsureCells(notebook)
    return unsure.isEmpty ? witnesses(notebook) : unsure
  }

  /// What a lost vantage leaves in doubt, if no cell that can still be asked is in greater doubt.
  private func lostDoubt(_ notebook: Notebook) -> Verdict.Inconclusive? {
    func doubt(_ cell: Cell) -> Double { min(estimate.shared(cell.id), 1 - estimate.shared(cell.id)) }
    let cells = notebook.design.cells.dropFirst()
    let lost = cells.filter { !notebook.isReachable($0.id) && !$0.isControl }.max { doubt($0) < doubt($1) }
    guard let lost, doubt(lost) > 0.003 else { return nil }
    let most = cells.filter { notebook.isUsable($0.id) }.map(doubt).max() ?? 0
    return doubt(lost) >= most ? Reasons.lost(lost, in: notebook.design) : nil
  }

  private func unsureCells(_ notebook: Notebook) -> [Int] {
    var classes: [DimensionSet: Int] = [:]
    for cell in notebook.design.cells where cell.id != 0 && notebook.isUsable(cell.id) {
      let tried = posterior.segments.reduce(0) { $0 + $1.trials.count { $0.cell == cell.id } }
      if let other = classes[cell.differs],
        posterior.segments.reduce(0, { $0 + $1.trials.count { $0.cell == other } }) <= tried
      {
        continue
      }
      classes[cell.differs] = cell.id
    }
    let doubts = classes.values.map { cell in
      let shared = estimate.shared(cell)
      return (doubt: min(shared, 1 - shared), cell: cell)
    }.sorted { ($0.doubt, $0.cell) < ($1.doubt, $1.cell) }
    var sum = 0.0
    return doubts.compactMap { item in
      sum += item.doubt
      return sum > 0.003 ? item.cell : nil
    }
  }

  /// The cells that change most: they must stay separate unless everyone shares.
  private func witnesses(_ notebook: Notebook) -> [Int] {
    let others = notebook.design.cells.filter { $0.id != 0 && notebook.isUsable($0.id) }
    let mixed = others.filter { $0.differs.contains(.ip) && $0.differs != .ip }
    return (mixed.isEmpty ? others : mixed).map(\.id)
  }

  /// Takes in a round; false ends the search.
  mutating func digestRound(_ notebook: Notebook, lead sentLead: Int) -> Bool {
    let own = notebook.fresh.filter { $0.cell == 0 }
    let masked = own.filter { entry in
      if case .limited = notebook.reading(entry) { notebook.denied(entry, by: signature) == nil } else { false }
    }
    if slowerTookOver(own, notebook) {
      mask = signature
      reason = Reasons.slowerTookOver
      return false
    }
    let open = takeOpenSandwich()
    if isDense { addRested(notebook.fresh, notebook) }
    let last = open?.last ?? (sentLead == 0 ? posterior.segments.last?.trials.last : nil)
    addSegment(notebook.fresh, notebook, earlier: open?.trials ?? [], after: last)
    noteRecurrence(own.compactMap { notebook.denied($0, by: signature) }, since: own.first?.time ?? notebook.now)
    updateEstimate()
    if isDecided(notebook) { return false }
    if let first = masked.first, 2 * masked.count >= own.count, case .limited(let seen) = notebook.reading(first) {
      mask = seen
      reason = Reasons.masked
      return false
    }
    planNextLead(own.compactMap { notebook.denied($0, by: signature) }, notebook, sentLead: sentLead)
    return true
  }

  /// Where buckets are so small that probes spend their own in a row, everyone is still better seen from the opposite
  /// corner; what counts requests in flight gives back what probes took.
  private var recurrenceTells: Bool { concurrency != nil || smallCapacity == nil }

  /// The reference passed, and was denied again as soon as it was asked often: that is no coincidence any more. Should
  /// the target's own troubles come and go, they would have to come back just then.
  mutating func noteRecurrence(_ denied: [Bool], since: Double) {
    guard recurrenceTells, denied.first == false, denied.suffix(pace == nil ? 2 : 1).allSatisfy({ $0 }) else { return }
    posterior.coincidence *= ScopePosterior.recurrence
    recurrences += 1
    if recurred == nil { recurred = since }
  }

  /// A bucket that refills has regained several tokens since the last round, and yet nothing passes: a slower limiter
  /// beneath it, with the same refusal, is drained now. What follows would be evidence about the wrong one.
  private func slowerTookOver(_ own: [Entry], _ notebook: Notebook) -> Bool {
    guard !isPresaturated, concurrency == nil, !notebook.isQueue, (estimate.family[.refill] ?? 0) > 0.5,
      let last = posterior.segments.last?.trials.last?.time, let first = own.first?.time,
      own.count >= 6, own.allSatisfy({ notebook.denied($0, by: signature) == true })
    else { return false }
    return min(estimate.refillRate * (first - last), Double(firstCapacity ?? 0)) >= Self.surprise
  }

  /// Cells that were denied before and are in doubt, as many as leave the bucket something to be exhausted of: that
  /// they pass now shows that their own allowance is not what refused them.
  func restedControls(_ notebook: Notebook) -> [Schedule.Item]? {
    let denied = Set(posterior.segments.flatMap { $0.trials.filter(\.limited).map(\.cell) })
    let cells = unsureCells(notebook).reversed().filter { denied.contains($0) }
      .prefix(max(1, (firstCapacity ?? 1) / 3))
    return cells.isEmpty ? nil : notebook.spaced(Array(cells))
  }

  /// Controls that passed before the bucket was drained.
  mutating func addRested(_ entries: [Entry], _ notebook: Notebook) {
    for entry in entries {
      if entry.cell == 0, notebook.denied(entry, by: signature) == true { return }
      if entry.cell != 0, notebook.reading(entry) == .passed {
        posterior.addRested(Trial(time: entry.time, cell: entry.cell, limited: false))
      }
    }
  }

  private mutating func planNextLead(_ outcomes: [Bool], _ notebook: Notebook, sentLead: Int) {
    guard !outcomes.isEmpty else { return }
    if let concurrency {
      if !outcomes.contains(true) { self.concurrency = concurrency + max(2, concurrency / 2) }
      return
    }
    let isRefill = (estimate.family[.refill] ?? 0) > 0.5
    let whole = min(Self.longestLead, (firstCapacity ?? 0) + 3)
    guard outcomes.contains(true) else {
      // It was open all the time: refilled further than expected, or begun anew.
      if pace != nil, isDense, pacedLead < 20 {
        pacedLead += 8
      } else if isDense, lead < whole, shortLeads < 1 {
        lead = whole
        shortLeads += 1
      } else {
        needsExhausting = true
        shortLeads = 0
      }
      return
    }
    let passes = outcomes.prefix(sentLead).lastIndex(of: false).map { $0 + 1 } ?? 0
    regained = [passes] + regained.prefix(1)
    let expected = isRefill ? leadForRefill(notebook, measured: 0) : 0
    if passes >= sentLead {
      lead = min(whole, max(2 * sentLead + 3, expected))
    } else {
      lead = max((regained.max() ?? 0) + (passes > 0 ? 2 : 1), expected)
      lead = min(lead, whole)
    }
    isDense = isRefill || regained.contains { $0 > 0 }
    if !isDense, !notebook.isQueue, pace == nil, outcomes.allSatisfy({ $0 }) { lead = 0 }
  }
}
