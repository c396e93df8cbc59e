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
  }

  private var position = Position.start
  private let first: LimiterSearch
  private let pace: LimiterSearch.Pace
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
          posterior: first.posterior.restarted(), maxRequests: limit(notebook),
          pace: pace, presaturated: drained(notebook), stage: stage))
    case .searching(let search):
      return self.search(&notebook, search)
    }
  }

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
    case .done: return .done(search.saturation == .none ? nil : search)
    }
  }
}
