internal import ParallaxInference
internal import ParallaxModel

/// Back to the first limiter, once the one that took its place has let go.
///
/// The same requests drain both. Where the slower one refused before the scope of the first was clear, its own scope is
/// known by now; when it has reset, the first one can be met again, and what was seen of it before still counts.
struct Unmask: Sendable {
  /// How often the slower one's reset is waited for. Not often: it may be a ban, which looks the same, and meeting that
  /// again might make it a longer one.
  static let attempts = 2
  /// Seconds that a reset may take.
  static let patience = 360.0
  /// Requests that the slower one should have regained, since the first one's search takes about as many.
  static let likelyNeed = 30

  enum Position {
    case start
    case awaiting(AwaitReset)
    case searching(LimiterSearch)
  }

  private var position = Position.start
  private var first: LimiterSearch
  private let mask: LimiterSearch
  private var attempt = 0
  private let deadline: Double

  /// - Parameters:
  ///   - first: the search that was cut short.
  ///   - mask: the search for what took its place.
  init?(_ first: LimiterSearch, maskedBy mask: LimiterSearch, _ notebook: Notebook) {
    guard notebook.configuration.peelSeconds > 0, notebook.isReachable(0), !first.suspectsConcurrency, !notebook.isQueue
    else { return nil }
    self.first = first
    self.mask = mask
    deadline = notebook.now + notebook.configuration.peelSeconds
  }

  /// The first one's search as it stands, if its scope is known; nil before.
  ///
  /// Two scopes at once are what both limiters look like where the slower one spoiled a part of the evidence, and the
  /// slower one's own scope with its own words may be that one met again.
  func found(_ threshold: Double) -> LimiterSearch? {
    guard case .searching(let search) = position, search.saturation != .none, search.bestRaw >= threshold,
      let best = search.estimate.answers(above: 0).first?.scopes, best.count == 1,
      search.signature != mask.signature || mask.estimate.answers(above: 0).first?.scopes != best
    else { return nil }
    return search
  }

  /// Done with the first one's search, or with nil where it could not be met again.
  mutating func next(_ notebook: inout Notebook) -> Move<LimiterSearch?> {
    guard notebook.isReachable(0) else { return .done(found(notebook.configuration.threshold)) }
    switch position {
    case .start:
      guard attempt < Self.attempts, notebook.now < deadline else { return .done(nil) }
      attempt += 1
      return wait(
        &notebook,
        AwaitReset(
          signature: mask.signature, capacity: Self.likelyNeed, stage: .peel,
          patience: min(Self.patience, deadline - notebook.now)))
    case .awaiting(let reset):
      return wait(&notebook, reset)
    case .searching(let search):
      return self.search(&notebook, search)
    }
  }

  private mutating func wait(_ notebook: inout Notebook, _ reset: AwaitReset) -> Move<LimiterSearch?> {
    var reset = reset
    let move = reset.next(&notebook)
    position = .awaiting(reset)
    switch move {
    case .perform(let directive, let label): return .perform(directive, label: "the first limiter again: \(label)")
    case .done(.recovered): return search(&notebook, first.resumed(in: .peel, at: notebook.now))
    case .done: return .done(nil)
    }
  }

  private mutating func search(_ notebook: inout Notebook, _ search: LimiterSearch) -> Move<LimiterSearch?> {
    var search = search
    let move = search.next(&notebook)
    position = .searching(search)
    switch move {
    case .perform(let directive, let label): return .perform(directive, label: "the first limiter again: \(label)")
    case .done:
      guard search.bestRaw < notebook.configuration.threshold, search.mask != nil else {
        return .done(found(notebook.configuration.threshold))
      }
      first = search
      position = .start
      return next(&notebook)
    }
  }
}

extension LimiterSearch {
  /// The same search, taken up again when all buckets are full.
  ///
  /// Its parameters are those that show from now on, since what refused before may have been the slower limiter.
  func resumed(in stage: Stage, at time: Double) -> LimiterSearch {
    var search = rewound()
    search.dropOpenSandwich()
    search.stage = stage
    search.mask = nil
    search.needsExhausting = true
    search.maxRequests = min(maxRequests, 2 * (firstCapacity ?? 0) + 60)
    search.fitsFrom = time
    search.posterior.noteRecovery(at: time)
    search.updateEstimate()
    return search
  }
}
