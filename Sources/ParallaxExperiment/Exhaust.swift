internal import ParallaxInference
internal import ParallaxModel

extension LimiterSearch {
  /// With so few successes left after triage, the bucket is small and mostly spent.
  static let spentByTriage = 3
  /// What a limiter beneath another is likely to hold at least.
  static let likelyBeneath = 20

  /// A window that ends while it is exhausted, or just after, must be exhausted again: so close to a full minute it is
  /// better to begin after it, seconds.
  static let closeToMinute = 5.0

  private static func secondsToMinute(_ notebook: Notebook) -> Double? {
    guard let minute = notebook.nextFull(60, after: notebook.now) else { return nil }
    let left = minute - notebook.now
    return left < closeToMinute ? left + 0.2 : nil
  }

  /// Asks an agent to exhaust the reference, and to probe its own other cells at once.
  mutating func exhaust(_ notebook: inout Notebook) -> Move<Void> {
    if isPresaturated {
      guard pace != nil else { return finish(Reasons.secondRecovered(notebook.configuration.budget)) }
      noteRecoveredBeneath()
    }
    let spent = Double(notebook.requests - firstRequests)
    guard exhaustions <= 4 + resets, notebook.requestsLeft >= 20, spent <= 2.2 * Double(maxRequests) else {
      return finish(Reasons.doesNotStay(notebook.configuration.budget))
    }
    if exhaustions == 0, pace == nil, let seconds = Self.secondsToMinute(notebook) {
      return .perform(
        .wait(seconds: seconds, reason: "many windows end with the minute; begin right after it"),
        label: "begin with the minute")
    }
    var followUp = notebook.design.cells.map(\.id).filter {
      $0 != 0 && notebook.isUsable($0) && notebook.vantage(of: $0) == notebook.design.reference.vantage
    }
    if firstCapacity != nil { followUp = followUp.filter { (0.002...0.998).contains(estimate.shared($0)) } }
    followUp.shuffle(using: &notebook.random)
    if needsClosing(notebook), !followUp.isEmpty { followUp.append(0) }
    position = .exhausting
    let specification = RampSpecification(
      stage: stage ?? .exhaust, cell: 0, maxRequests: min(maxRequests, notebook.requestsLeft - followUp.count - 10),
      rateCap: notebook.configuration.budget.rate, roundTrip: min(notebook.restLatency(of: 0), 0.16),
      confirmGap: confirmGap(notebook), pace: pace?.gap,
      deadline: min(pace?.deadline ?? .infinity, max(1, notebook.secondsLeft)),
      delayThreshold: notebook.delayThreshold(of: 0), followUp: pace == nil ? followUp : [])
    return .perform(.ramp(specification), label: exhaustions == 0 ? "exhaust" : "exhaust again")
  }

  /// Whether the exhausted cell must be asked after the local probes at once: where no round across hosts is sure to
  /// follow.
  private func needsClosing(_ notebook: Notebook) -> Bool {
    let reference = notebook.design.reference.vantage
    return firstCapacity != nil || notebook.isQueue
      || !notebook.design.cells.contains { notebook.isUsable($0.id) && $0.vantage != reference }
  }

  /// Takes in a ramp; false ends the search.
  mutating func digestExhausting(_ notebook: inout Notebook) -> Bool {
    exhaustions += 1
    let outcome = notebook.ramp ?? RampOutcome(saturation: .none)
    saturation = outcome.saturation
    guard saturation != .none else {
      return false
    }
    noteEffects(&notebook, since: outcome.firstDenial ?? 0)
    let own = notebook.fresh.filter { $0.cell == 0 }
    noteSignature(own.filter { $0.sample.sent >= (outcome.firstDenial ?? 0) - 1e-6 }, notebook)
    let tail = own.compactMap { entry in notebook.denied(entry, by: signature).map { (entry: entry, denied: $0) } }
    guard let start = Self.saturationIndex(tail.map { ($0.entry.sample, $0.denied) }, outcome) else {
      reason = Reasons.otherRefusal
      return false
    }
    noteConcurrency(tail, notebook)
    let successes = tail[..<start].count { !$0.denied }
    let isFirst = firstCapacity == nil
    if isFirst || isSpentByTriage {
      posterior.exhaustedFromFull = isSpentByTriage
      firstCapacity = successes
      // Beneath another limiter this one was spent by all requests before; what others of it hold is unknown.
      posterior.exhausted = notebook.isQueue ? 40 : pace == nil ? successes : max(successes, Self.likelyBeneath)
      firstTime = tail[0].entry.time
      limitTime = tail[start].entry.time
    }
    if !isFirst, resets > 0, successes > firstCapacity ?? 0, !notebook.isQueue {
      // It had not been full before.
      firstCapacity = successes
      posterior.exhausted = successes
    }
    isSpentByTriage =
      isFirst && successes <= Self.spentByTriage && saturation == .hard && !isPresaturated
      && !notebook.isQueue
    if isSpentByTriage, pace == nil {
      // What is left of the other cells' allowances is unknown: nothing they answer now would tell. Begin anew.
      position = .awaitingReset(AwaitReset(signature: signature, capacity: AwaitReset.smallCapacity))
      return true
    }
    var from = tail[start].entry.time
    if saturation == .leaky, outcome.lead == nil,
      let late = tail.indices.first(where: { tail[$0].denied && $0 >= tail.count - 14 })
    {
      from = tail[late].entry.time
    }
    addSegment(notebook.fresh.filter { $0.time >= from }, notebook)
    let lasts = !suspectsConcurrency && !notebook.isQueue
    if lasts {
      openSandwich = OpenSandwich(
        notebook.fresh.compactMap { notebook.trial($0, by: signature) }, after: posterior)
      posterior = openSandwich?.expected ?? posterior
    }
    if !isFirst { noteRecurrence(tail.map(\.denied), since: tail[0].entry.time) }
    let began = tail[0].entry.time
    if saturation == .leaky {
      isDense = true
    } else if exhaustions > 1 {
      // It filled up again quickly, or leaked: few requests sufficed.
      if Double(successes) <= max(3, Double(firstCapacity ?? 0) / 3) || (began - lastSaturated < 4 && successes <= 40) {
        isDense = true
        lead = min(successes + 3, 43)
      }
    } else {
      // A window stays closed: the last denial here is the first of the round that follows at once.
      lead = saturation == .hard && pace == nil && lasts && openSandwich == nil ? 0 : 1
    }
    lastSaturated = posterior.segments.last?.trials.last?.time ?? tail[tail.count - 1].entry.time
    needsExhausting = false
    updateEstimate()
    if saturation == .leaky { lead = leadForRefill(notebook, measured: outcome.admittedRate) }
    return true
  }

  /// As long as the control gap, but shorter than a slow answer, which may be what holds the limit.
  private func confirmGap(_ notebook: Notebook) -> Double {
    let gap = max(0.2, notebook.controlGap)
    let answer = notebook.restLatency(of: 0)
    return answer > ConcurrencyGuard.slowAnswer ? min(gap, 0.35 * answer) : gap
  }

  private mutating func noteConcurrency(_ tail: [(entry: Entry, denied: Bool)], _ notebook: Notebook) {
    guard exhaustions == 1, pace == nil, !notebook.isQueue else { return }
    let inFlight = ConcurrencyGuard(tail)
    suspectsConcurrency =
      inFlight.release != nil && notebook.restLatency(of: 0) > ConcurrencyGuard.slowAnswer
  }

  /// A window stays closed after all requests have ended; a limit on concurrency does not.
  mutating func testConcurrency() -> Move<Void> {
    position = .testingConcurrency
    return .perform(
      .schedule(Schedule(stage: stage ?? .probe, items: [Schedule.Item(offset: 0, cell: 0)])),
      label: "is it what is in flight that counts?")
  }

  mutating func digestConcurrencyTest(_ notebook: Notebook) {
    guard let denied = notebook.fresh.compactMap({ notebook.denied($0, by: signature) }).last else { return }
    if denied {
      suspectsConcurrency = false
    } else {
      concurrency = max(1, firstCapacity ?? 1)
      // What a probe takes it gives back when it ends.
      posterior.exhausted = 40
      isDense = true
    }
  }

  /// Whether this limiter delays, drops or resets instead of answering.
  private func noteEffects(_ notebook: inout Notebook, since time: Double) {
    let own = notebook.fresh.filter { $0.cell == 0 }
    if own.suffix(30).count(where: { notebook.isDelay($0) }) >= 4 { notebook.isQueue = true }
    let late = own.filter { $0.sample.sent >= time - 1e-6 }
    for (reason, effect) in [(Reading.VoidReason.silence, Signature.Effect.silence), (.reset, .reset)] {
      let lost = late.count { $0.sample.reading == .void(reason) }
      let last = own.suffix(6).count { $0.sample.reading == .void(reason) }
      if lost >= 3, 2 * lost >= late.count || last >= 4 { notebook.dropEffects[reason] = effect }
    }
  }

  /// The most frequent refusal since the one that was confirmed, a delay only when there is no other. What was refused
  /// now and then before may have been a faster limiter.
  private mutating func noteSignature(_ own: [Entry], _ notebook: Notebook) {
    guard signature == nil || signature?.effect == .delay else { return }
    var counts: [Signature: Int] = [:]
    for entry in own {
      if case .limited(let seen) = notebook.reading(entry) { counts[seen, default: 0] += 1 }
    }
    let answers = counts.filter { $0.key.effect != .delay }
    signature = (answers.isEmpty ? counts : answers).max { $0.value < $1.value }?.key ?? Signature(effect: .delay)
  }

  /// Where saturation begins in the exhausted cell's outcomes: the first denial that the ramp confirmed, after any run
  /// of six successes; nil when nothing was denied.
  static func saturationIndex(_ tail: [(sample: Sample, denied: Bool)], _ outcome: RampOutcome) -> Int? {
    guard let last = tail.lastIndex(where: { $0.denied }) else { return nil }
    var restart = 0
    var run = 0
    for (index, item) in tail.enumerated() {
      run = item.denied ? 0 : run + 1
      if run >= 6 { restart = index + 1 }
    }
    let first = outcome.firstDenial ?? tail[last].sample.sent
    return tail.indices.first { tail[$0].denied && tail[$0].sample.sent >= first - 1e-6 && $0 >= restart } ?? last
  }

  /// Requests of the reference that find the bucket empty again after the control gap.
  func leadForRefill(_ notebook: Notebook, measured: Double) -> Int {
    let rate = (estimate.family[.refill] ?? 0) > 0.5 ? estimate.refillRate : measured
    let regained = (1.15 * rate * notebook.controlGap).rounded(.up)
    return min(max(firstCapacity ?? 0, 3) + 3, Int(min(regained, 100)) + 1, 40)
  }
}
