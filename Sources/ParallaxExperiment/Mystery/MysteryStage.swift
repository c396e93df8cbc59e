internal import ParallaxInference
internal import ParallaxModel

/// Finds out why the reference is limited before any load: the matrix once more in random order, then always the
/// observation that tells most about the cause for its cost, until one cause is sure or nothing tells more in time.
struct MysteryStage: Sendable {
  enum Result {
    case concluded(Conclusion)
    /// Nothing is limited after all: what triage saw was a passing error.
    case passes
  }

  enum Position {
    case start
    case resting
    case asking
    /// For a moment, or for a time before it.
    case waiting(Moment, before: Double?)
    case askingBefore(Moment)
  }

  /// The probability from which on a cause is sure enough to stop looking.
  static let sure = 0.98
  /// The probability from which on a cause is called determined.
  static let threshold = 0.95
  /// Least bits that another request must tell.
  static let worthAsking = 0.05
  /// Least bits that another wait must tell.
  static let worthWaiting = 0.0005
  /// Requests at once that the first verdict of a mere triage may take beyond one for each cell.
  static let extraRequests = 3
  /// Batches of requests after the matrix that need no waiting.
  static let batchLimit = 4
  static let spacing = 0.05
  /// Seconds between the two looks at the whole matrix.
  static let rest = 0.5
  /// Seconds before the end of a window at which a look tells whether silence alone has ended it.
  static let lead = 3.0
  /// Waits shorter than this, seconds, are no test of silence.
  static let silence = 10.0
  /// The same where the target itself declared the end.
  static let shortPromise = 2.0

  private(set) var posterior: CausePosterior
  private var position = Position.start
  private var ahead = LookAhead()
  private var batches = 0
  private var began: Double
  /// Looks that triage took before.
  private let triageLooks: Int

  init(_ notebook: Notebook) {
    posterior = CausePosterior(design: notebook.design, unixTimeAtZero: notebook.unixTimeAtZero)
    began = notebook.now
    let looks = notebook.log.compactMap { CauseLook($0.sample) }
    for look in looks { posterior.add(look) }
    triageLooks = looks.count
  }

  /// The looks at cells of the design since triage, for whoever goes on from here.
  var trials: [Trial] {
    posterior.looks.dropFirst(triageLooks).filter { !posterior.design.cells[$0.cell].isControl }.map {
      Trial(time: $0.time, cell: $0.cell, limited: $0.outcome == .limited)
    }
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Result> {
    switch position {
    case .start:
      return notebook.configuration.triageOnly ? firstVerdict(notebook) : rest()
    case .resting:
      return matrix(&notebook)
    case .waiting(let moment, let before):
      let isSkipped = notebook.now < (before ?? moment.time) - 1
      if isSkipped { ahead.skip(moment) }
      if before != nil, !isSkipped {
        defer { position = .askingBefore(moment) }
        return ask([0], notebook, label: "limited until the end?")
      }
      return ask(
        [.hour, .day].contains(moment.kind) ? [0, 0] : [0], notebook, label: "is the reference still limited?")
    case .askingBefore(let moment):
      take(notebook)
      return wait(for: moment, before: nil, notebook)
    case .asking:
      take(notebook)
      return mayGoOn(notebook) ? decide(notebook) : conclude(notebook)
    }
  }

  /// Takes in the answers of the last directive.
  mutating func take(_ notebook: Notebook) {
    for entry in notebook.fresh {
      if let look = CauseLook(entry.sample) { posterior.add(look) }
    }
  }

  func conclusion(_ notebook: Notebook) -> Conclusion {
    MysteryFindings(posterior: posterior, notebook: notebook).conclusion
  }

  /// The rest of the wait that it was in, if there is any.
  mutating func goOn(after resumption: Resumption, _ notebook: Notebook) -> Move<Result>? {
    began += resumption.idle
    guard case .waiting(let moment, let before) = position, (before ?? moment.time) - notebook.now > 1 else {
      return nil
    }
    return wait(for: moment, before: before, notebook)
  }

  /// A mere triage goes on only where there is something to explain, and time for it.
  private func mayGoOn(_ notebook: Notebook) -> Bool {
    guard notebook.configuration.triageOnly else { return true }
    return notebook.configuration.mysterySeconds > 0
      && posterior.looks.contains { $0.cell == 0 && $0.outcome == .limited }
  }

  // MARK: Without waiting

  /// The few requests that tell most: again what was limited or lost, the reference first.
  private mutating func firstVerdict(_ notebook: Notebook) -> Move<Result> {
    let isLimited = posterior.looks.contains { $0.cell == 0 && $0.outcome == .limited }
    let odd = notebook.design.cells.map(\.id).filter { cell in
      (isLimited ? notebook.isReachable(cell) : notebook.isUsable(cell))
        && !posterior.looks.contains { $0.cell == cell && $0.outcome != .limited }
    }
    let limited = odd.contains(0) ? [0] : odd
    let others = odd.contains(0) ? telling(notebook).filter { $0 != 0 } : []
    let cells = (limited + others).prefix(min(Self.extraRequests, notebook.requestsLeft))
    return cells.isEmpty ? conclude(notebook) : ask(Array(cells), notebook, label: "once more where it tells most")
  }

  private mutating func rest() -> Move<Result> {
    position = .resting
    return .perform(
      .wait(seconds: Self.rest, reason: "the reference is limited before any load: find out why"), label: "rest")
  }

  private mutating func matrix(_ notebook: inout Notebook) -> Move<Result> {
    let cells = notebook.design.cells.map(\.id).filter { notebook.isReachable($0) }.shuffled(using: &notebook.random)
    guard notebook.requestsLeft >= cells.count else { return conclude(notebook) }
    return ask(cells, notebook, label: "every cell once more")
  }

  private mutating func ask(
    _ cells: [Int], _ notebook: Notebook, from start: Double = 0, label: String
  ) -> Move<Result> {
    position = .asking
    let gap = max(Self.spacing, 1 / notebook.configuration.budget.rate)
    return .perform(
      .schedule(Schedule(stage: .triage, items: notebook.spaced(cells, from: start, gap: gap))), label: label)
  }

  /// Cells whose answer would tell something about the cause, best first.
  private func telling(_ notebook: Notebook) -> [Int] {
    let cells = notebook.design.cells.map(\.id).filter { notebook.isReachable($0) }
    let bits = cells.map { (cell: $0, bits: posterior.expectedInformation(ofLookingAt: $0, at: [notebook.now])[0]) }
    return bits.filter { $0.bits >= Self.worthAsking }.sorted { ($1.bits, $0.cell) < ($0.bits, $1.cell) }.map(\.cell)
  }

  // MARK: Over time

  private mutating func decide(_ notebook: Notebook) -> Move<Result> {
    if posterior.settled(from: Self.sure) != nil || notebook.requestsLeft < 2 { return conclude(notebook) }
    if batches < Self.batchLimit {
      let cells = telling(notebook).filter { $0 != 0 }.prefix(min(3, notebook.requestsLeft))
      batches += 1
      if !cells.isEmpty { return ask(Array(cells), notebook, from: 0.3, label: "the cells that tell most") }
    }
    guard let moment = bestMoment(notebook) else { return conclude(notebook) }
    ahead.take(moment)
    return wait(for: moment, before: lookBefore(moment, notebook), notebook)
  }

  /// A window's end and a long silence look alike, unless the reference was still limited just before the end; and
  /// that request puts the end off where every request does.
  private func lookBefore(_ moment: Moment, _ notebook: Notebook) -> Double? {
    let seconds = moment.time - notebook.now
    switch moment.kind {
    case .gap: return nil
    case .promisedEnd: return seconds > Self.shortPromise ? moment.time - min(Self.lead, seconds / 2) : nil
    case .minute, .hour, .day: return seconds > Self.silence ? moment.time - Self.lead : nil
    }
  }

  private mutating func wait(for moment: Moment, before: Double?, _ notebook: Notebook) -> Move<Result> {
    position = .waiting(moment, before: before)
    let end = before ?? moment.time
    return .perform(
      .wait(seconds: max(0, end - notebook.now), reason: reason(moment, posterior.estimate(), notebook)),
      label: "wait for a reset")
  }

  /// The moment that tells most for the seconds it takes.
  private func bestMoment(_ notebook: Notebook) -> Moment? {
    let deadline = min(began + notebook.configuration.mysterySeconds, notebook.now + notebook.secondsLeft - 1)
    let moments = ahead.moments(notebook, promisedEnd: posterior.promisedEnd, deadline: deadline)
    guard !moments.isEmpty, notebook.isReachable(0) else { return nil }
    let bits = posterior.expectedInformation(ofLookingAt: 0, at: moments.map(\.time))
    return moments.indices.filter { bits[$0] >= Self.worthWaiting }
      .max { bits[$0] / cost(moments[$0], notebook) < bits[$1] / cost(moments[$1], notebook) }
      .map { moments[$0] }
  }

  /// In seconds; a request counts as one.
  private func cost(_ moment: Moment, _ notebook: Notebook) -> Double { moment.time - notebook.now + 1 }

  private func reason(_ moment: Moment, _ estimate: CauseEstimate, _ notebook: Notebook) -> String {
    let open = estimate.credible(0.98).map { MysteryText.share($0) }.joined(separator: ", ")
    let seconds = moment.time - notebook.now
    let end =
      notebook.unixTimeAtZero.map { "at \(ClockText.utc(moment.time + $0))" }
      ?? "in \(ClockText.duration(seconds))"
    let skip = seconds > Experiment.skippableWait ? "; Ctrl-C skips the wait" : ""
    return "look at the reference again \(end), \(moment.kind.words); so far \(open)\(skip)"
  }

  private func conclude(_ notebook: Notebook) -> Move<Result> {
    if posterior.settled(from: Self.threshold) == .nothing, !notebook.configuration.triageOnly {
      return .done(.passes)
    }
    return .done(.concluded(conclusion(notebook)))
  }
}
