internal import ParallaxInference
internal import ParallaxModel

extension LimiterSearch {
  /// Plans the next round across hosts, or ends the search when it would tell nothing more.
  mutating func probe(_ notebook: inout Notebook) -> Move<Void> {
    if rounds >= (isDense ? Self.denseRoundLimit : Self.roundLimit) {
      return finish(Reasons.rounds(rounds))
    }
    guard notebook.requestsLeft >= 15 else { return finish(Reasons.budget(notebook.configuration.budget)) }
    rounds += 1
    posterior.ownRefill = isDense && rounds > 1 ? 0.7 * estimate.refillRate : 0
    updateEstimate()
    let wanted = wantedCells(notebook)
    let need = isDense ? min(2 + 0.5 * estimate.capacity.slack, 0.6 * estimate.capacity.value) : 1
    if let lost = lostDoubt(notebook) { return finish(lost) }
    let able = wanted.filter { estimate.isInformative($0, at: notebook.now, need: need) }
    if able.isEmpty, isDense, posterior.ownRefill > 0.2, naps < 6 {
      naps += 1
      rounds -= 1
      position = .start
      let seconds = min(4, max(0.3, 0.5 * Double(firstCapacity ?? 0) / posterior.ownRefill))
      return .perform(.wait(seconds: seconds, reason: "let the probes' own buckets fill up"), label: "rest")
    }
    if history.count >= 4, abs(bestRaw - history[history.count - 4]) < 0.02, bestRaw < threshold(notebook),
      history.suffix(4).max() ?? 0 < 0.97
    {
      return finish(Reasons.nothingMore)
    }
    history.append(bestRaw)
    guard !able.isEmpty else {
      guard resets < 2 else { return finish(exhaustedProbes) }
      resets += 1
      rounds -= 1
      position = .awaitingReset(AwaitReset(signature: signature))
      return next(&notebook)
    }
    return schedule(able.shuffled(using: &notebook.random), &notebook)
  }

  var bestRaw: Double { estimate.bestPattern.raw }

  func threshold(_ notebook: Notebook) -> Double { notebook.configuration.threshold }

  /// The cells about which the posterior is unsure, one of each kind; the first round leaves out what the local
  /// sandwich answered.
  private func wantedCells(_ notebook: Notebook) -> [Int] {
    let unsure = unsureCells(notebook)
    guard rounds == 1 else { return unsure.isEmpty ? witnesses(notebook) : unsure }
    let home = notebook.design.reference.vantage
    func isSingle(_ cell: Int) -> Bool {
      let differs = notebook.design.cells[cell].differs
      return differs.names(further: notebook.design.dimensions).count == 1 || differs == [.key, .account]
    }
    let abroad = unsure.filter { isSingle($0) && notebook.vantage(of: $0) != home }
    let local = unsure.filter { isSingle($0) && notebook.vantage(of: $0) == home }
    if pace != nil { return abroad + local }
    let first =
      abroad.isEmpty
      ? notebook.design.cells.filter { $0.differs == .ip && notebook.isUsable($0.id) }.prefix(1).map(\.id) : abroad
    let cells = first + local.filter { (0.1...0.9).contains(estimate.shared($0)) }
    return cells.isEmpty ? witnesses(notebook) : cells
  }

  /// What is left in doubt when only cells of lost vantages could still tell.
  private func lostDoubt(_ notebook: Notebook) -> Verdict.Inconclusive? {
    guard !notebook.lostVantages.isEmpty, unsureCells(notebook).isEmpty else { return nil }
    let doubt = notebook.design.cells.first {
      !notebook.isReachable($0.id) && !$0.isControl && (0.003...0.997).contains(estimate.shared($0.id))
    }
    return doubt.map { Reasons.lost($0, in: notebook.design) }
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

  private mutating func schedule(_ cells: [Int], _ notebook: inout Notebook) -> Move<Void> {
    if let pace { return pacedRound(cells, pace, notebook) }
    guard isDense else { return perform(notebook.spaced(Array(repeating: 0, count: lead) + cells + [0]), lead: lead) }
    let capacity = firstCapacity ?? 0
    let isSmall = capacity <= 10
    var opening = lead
    var probes = cells
    if notebook.isQueue {
      let home = notebook.design.reference.vantage
      let abroad = cells.filter { notebook.vantage(of: $0) != home }.prefix(1)
      probes = (cells.filter { notebook.vantage(of: $0) == home }.prefix(2) + abroad).shuffled(using: &notebook.random)
      opening = max(lead, 8)
    }
    let once = notebook.isQueue || isSmall
    let repeats = probes.count >= 3 || once ? 1 : 2
    var tail: [Int] = []
    for _ in 0..<repeats {
      for cell in probes { tail += once ? [cell, 0] : [cell, cell, 0] }
    }
    let isRefill = (estimate.family[.refill] ?? 0) > 0.5
    if isSmall, !notebook.isQueue, rounds > 1, isRefill, estimate.refillRate > 0.03 {
      // Let the probe cells' own small buckets refill; then the reference's is full as well.
      let opening = max(opening, min(capacity + 3, 13))
      position = .awaitingRound(
        notebook.spaced(Array(repeating: 0, count: opening) + tail), lead: opening)
      let seconds = min(20, 0.8 * Double(capacity) / estimate.refillRate)
      return .perform(.wait(seconds: seconds, reason: "let the probes' own small buckets fill up"), label: "rest")
    }
    return perform(notebook.spaced(Array(repeating: 0, count: opening) + tail), lead: opening)
  }

  private mutating func perform(_ items: [Schedule.Item], lead: Int) -> Move<Void> {
    position = .probing(lead: lead)
    return .perform(.schedule(Schedule(stage: .probe, items: items)), label: "round \(rounds)")
  }

  /// Under a faster limiter: rest until it is full, then a burst inside its allowance.
  private mutating func pacedRound(_ cells: [Int], _ pace: Pace, _ notebook: Notebook) -> Move<Void> {
    let rest = min(25, 0.75 * Double(pace.burst) * pace.gap)
    var items: [Schedule.Item]
    var opening = 1
    if isDense {
      let isRefill = (estimate.family[.refill] ?? 0) > 0.5 && !posterior.segments.isEmpty
      let rate = isRefill ? min(estimate.refillRate, 0.85 / pace.gap) : 0.45 / pace.gap
      let regained = (rate * (rest + notebook.controlGap) / max(0.15, 1 - rate * pace.gap)).rounded(.up)
      opening = Int(min(36, regained + 2 + Double(pacedLead)))
      items = (0..<opening).map { Schedule.Item(offset: Double($0) * pace.gap, cell: 0) }
      let probes = cells.prefix(max(1, (pace.burst - 1) / 2)).flatMap { [$0, 0] }
      items += notebook.spaced(probes, from: items[items.count - 1].offset + notebook.configuration.acrossHosts)
    } else {
      items = notebook.spaced([0] + cells.prefix(max(1, pace.burst - 2)) + [0])
    }
    position = .awaitingRound(items, lead: opening)
    return .perform(.wait(seconds: rest, reason: "let the faster limiter fill up"), label: "rest")
  }

  /// Takes in a round; false ends the search.
  mutating func digestRound(_ notebook: Notebook, lead sentLead: Int) -> Bool {
    let own = notebook.fresh.filter { $0.cell == 0 }
    let masked = own.filter { entry in
      if case .limited = notebook.reading(entry) { notebook.denied(entry, by: signature) == nil } else { false }
    }
    addSegment(notebook.fresh, notebook)
    updateEstimate()
    if bestRaw >= threshold(notebook) { return false }
    if let first = masked.first, 2 * masked.count >= own.count, case .limited(let seen) = notebook.reading(first) {
      mask = seen
      reason = Reasons.masked
      return false
    }
    planNextLead(own.compactMap { notebook.denied($0, by: signature) }, notebook, sentLead: sentLead)
    return true
  }

  private mutating func planNextLead(_ outcomes: [Bool], _ notebook: Notebook, sentLead: Int) {
    guard !outcomes.isEmpty else { return }
    let capacity = firstCapacity ?? 0
    let isRefill = (estimate.family[.refill] ?? 0) > 0.5
    if !outcomes.contains(true) {
      if pace != nil, isDense, pacedLead < 20 {
        pacedLead += 8
      } else if isDense, shortLeads < 1, lead < min(40, capacity + 3) {
        lead = min(40, capacity + 3)
        shortLeads += 1
      } else {
        needsExhausting = true
        shortLeads = 0
      }
    } else if outcomes.contains(false) {
      let passes = outcomes.prefix(sentLead).lastIndex(of: false).map { $0 + 1 } ?? 0
      isDense = true
      let before = lead
      lead = max(min(passes + 2, 40), isRefill ? leadForRefill(notebook, measured: 0) : 0)
      if passes >= before { lead = min(40, max(lead, capacity + 3)) }
    } else if isDense {
      lead = isRefill ? leadForRefill(notebook, measured: 0) : 2
    }
  }
}
