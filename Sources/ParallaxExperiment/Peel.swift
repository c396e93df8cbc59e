internal import Glibc
internal import ParallaxInference
internal import ParallaxModel

/// Looks for a second limiter beneath the first: rest until the first has refilled, then keep to .65 of its rate,
/// inside its burst, so that only something slower can refuse.
struct Peel: Sendable {
  static let requestLimit = 600
  /// Share of the first limiter's rate.
  static let share = 0.65

  enum Position {
    case start, resting, looking
    case searching(LimiterSearch)
    /// Everyone is denied beneath too, which an outage looks like: it ends sooner, and does not come again.
    case outlasting(AwaitReset, LimiterSearch)
    case repeating(LimiterSearch, first: LimiterSearch)
  }

  private(set) var position = Position.start
  private let first: LimiterSearch
  private var pace: LimiterSearch.Pace
  private var isSlowed = false
  private let rest: Double
  private let stage: Stage?

  /// Where another limiter hid the first one before its scope was known: below the rate of the one, the other can be
  /// met alone, and that is a part of the search itself.
  init?(in search: LimiterSearch, _ parameters: Parameters, _ notebook: Notebook) {
    self.init(after: search, parameters, notebook, stage: nil, leastSeconds: 120)
  }

  /// nil when the first limiter's rate is unknown, or so slow that nothing beneath it could be met in time.
  ///
  /// - Parameters:
  ///   - stage: nil where the first limiter's scope is still open, so that this is a part of the search itself.
  ///   - leastSeconds: that may be spent, whatever the configuration says.
  init?(
    after search: LimiterSearch, _ parameters: Parameters, _ notebook: Notebook, stage: Stage? = .peel,
    leastSeconds: Double = 0
  ) {
    guard let rate = parameters.rate, rate > 0, parameters.kind == .rate else { return nil }
    let seconds = min(max(leastSeconds, notebook.configuration.peelSeconds), notebook.secondsLeft)
    let gap = max(1 / (Self.share * rate), 1 / notebook.configuration.budget.rate)
    guard seconds / gap >= 10 else { return nil }
    let capacity = (parameters.burst ?? parameters.limit)?.value ?? 3
    first = search
    self.stage = stage
    pace = LimiterSearch.Pace(gap: gap, burst: Int(max(3, min(0.6 * capacity, 24))), deadline: seconds)
    rest = min(40, 1.3 * capacity / rate + 0.5)
  }

  /// Done with the search for the second limiter, if one was met.
  mutating func next(_ notebook: inout Notebook) -> Move<LimiterSearch?> {
    switch position {
    case .start:
      position = .resting
      return .perform(
        .wait(seconds: rest, reason: "let the first limiter fill up"), label: "look beneath the first limiter")
    case .resting:
      position = .looking
      let items = (0..<3).map { Schedule.Item(offset: Double($0) * (0.3 + pace.gap), cell: 0) }
      return .perform(
        .schedule(Schedule(stage: stage ?? .probe, items: items)), label: "is a second limiter drained already?")
    case .looking:
      return search(
        &notebook,
        LimiterSearch(
          posterior: prior, maxRequests: limit(notebook),
          pace: pace, presaturated: drained(notebook), stage: stage))
    case .searching(let search):
      return self.search(&notebook, search)
    case .outlasting(let reset, let search):
      return outlast(&notebook, reset, search)
    case .repeating(let again, let search):
      return `repeat`(&notebook, again, search)
    }
  }

  /// What is met beneath the first limiter is often that one again: others use it as well, it sheds, or its rate was
  /// taken for more than it is.
  private var prior: ScopePosterior {
    first.posterior.restarted().expecting(first.estimate.bestHypothesis, odds: Self.oddsOfTheFirst)
  }
  private static let oddsOfTheFirst = 4.0

  private func limit(_ notebook: Notebook) -> Int {
    max(1, min(Self.requestLimit, Int(pace.deadline / pace.gap), notebook.requestsLeft - 20))
  }

  /// The refusal that two of three requests met although the first limiter must be full again; nil if they passed.
  private func drained(_ notebook: Notebook) -> Signature? {
    let seen = notebook.fresh.compactMap { entry in
      if case .limited(let signature) = notebook.reading(entry), signature.effect != .delay { signature } else { nil }
    }
    return seen.count >= 2 ? seen[0] : nil
  }

  private mutating func search(_ notebook: inout Notebook, _ search: LimiterSearch) -> Move<LimiterSearch?> {
    var search = search
    let move = search.next(&notebook)
    position = .searching(search)
    switch move {
    case .perform(let directive, let label):
      return .perform(directive, label: "beneath the first limiter: \(label)")
    case .done:
      guard search.saturation != .none, !isPriceOfTheFirst(search) else { return .done(nil) }
      if search.saturation == .leaky, search.bestRaw < notebook.configuration.threshold, slowDown() {
        return next(&notebook)
      }
      let witness = notebook.design.cells.first { $0.differs == [.ip, .key, .account] && notebook.isUsable($0.id) }
      guard let witness, search.estimate.bestHypothesis.isEveryone, search.bestRaw >= notebook.configuration.threshold
      else { return .done(search) }
      return outlast(&notebook, AwaitReset(signature: search.signature, witness: witness.id), search)
    }
  }

  /// Cells that the first limiter charges less for still pass where the others are refused: no other limiter is needed.
  private func isPriceOfTheFirst(_ search: LimiterSearch) -> Bool {
    let (one, other) = (first.estimate.bestHypothesis, search.estimate.bestHypothesis)
    return one.cheaper != 0 && other.cheaper == 0 && other.shared == one.shared & ~one.cheaper
  }

  /// Refusals between successes are the first limiter's own, if its rate was taken for more than it is: once more at
  /// half the pace, if there is time for it.
  private mutating func slowDown() -> Bool {
    guard !isSlowed, pace.deadline / (2 * pace.gap) >= 10 else { return false }
    isSlowed = true
    pace.gap *= 2
    position = .start
    return true
  }

  private mutating func outlast(
    _ notebook: inout Notebook, _ reset: AwaitReset, _ search: LimiterSearch
  ) -> Move<LimiterSearch?> {
    var reset = reset
    var search = search
    let move = reset.next(&notebook)
    let coincidence = ScopePosterior.shareOfOutages(longerThan: reset.deniedFor)
    if coincidence < search.posterior.coincidence {
      search.posterior.coincidence = coincidence
      search.updateEstimate()
      if search.estimate.bestPattern.posterior >= notebook.configuration.threshold { return .done(search) }
    }
    position = .outlasting(reset, search)
    switch move {
    case .perform(let directive, let label):
      return .perform(directive, label: "beneath the first limiter: \(label)")
    case .done(.recovered):
      return `repeat`(
        &notebook,
        LimiterSearch(
          posterior: prior, maxRequests: limit(notebook), pace: pace, stage: stage), search)
    case .done: return .done(search)
    }
  }

  private mutating func `repeat`(
    _ notebook: inout Notebook, _ again: LimiterSearch, _ search: LimiterSearch
  ) -> Move<LimiterSearch?> {
    var again = again
    let move = again.next(&notebook)
    position = .repeating(again, first: search)
    if case .perform(let directive, let label) = move {
      return .perform(directive, label: "beneath the first limiter, again: \(label)")
    }
    let raw = again.bestRaw
    guard again.saturation != .none, again.estimate.bestHypothesis.isEveryone, raw >= Confirm.threshold else {
      return .done(search)
    }
    var search = search
    let odds = raw / max(1e-6, 1 - raw) * ScopePosterior.oddsAgainstEveryone
    search.posterior.coincidence = min(search.posterior.coincidence, 1 / odds)
    search.posterior.repetition = log(odds)
    search.updateEstimate()
    return .done(search)
  }
}
