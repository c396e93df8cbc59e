internal import ParallaxInference
internal import ParallaxModel

/// Back to the first limiter, once the one that took its place has let go.
///
/// The same requests drain both. Where the slower one refused before the scope of the first was clear, its own scope is
/// known by now; when it has reset, the first one can be met again, and what was seen of it before still counts. A ban
/// lasts longer than anybody waits here.
struct Unmask: Sendable {
  /// How often its reset is waited for. Not often: were it a short ban, meeting it again might make it a longer one.
  static let attempts = 2
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
    guard notebook.configuration.peelSeconds > 0, !first.suspectsConcurrency, !notebook.isQueue else { return nil }
    self.first = first
    self.mask = mask
    deadline = notebook.now + notebook.configuration.peelSeconds
  }

  /// Done with the first one's search, or with nil where it could not be met again.
  mutating func next(_ notebook: inout Notebook) -> Move<LimiterSearch?> {
    switch position {
    case .start:
      guard attempt < Self.attempts, notebook.now < deadline else { return .done(nil) }
      attempt += 1
      return wait(
        &notebook, AwaitReset(signature: mask.signature, capacity: Self.likelyNeed, attempt: attempt - 1, stage: .peel))
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
      guard search.saturation != .none else { return .done(nil) }
      if search.bestRaw >= notebook.configuration.threshold {
        // Two scopes at once are what both limiters look like where the slower one spoiled a part of the evidence.
        return .done(search.estimate.answers(above: 0).first?.scopes.count == 1 ? search : nil)
      }
      guard search.mask != nil else { return .done(nil) }
      first = search
      position = .start
      return next(&notebook)
    }
  }
}

extension LimiterSearch {
  /// The same search, to be taken up again when all buckets are full.
  func resumed(in stage: Stage, at time: Double) -> LimiterSearch {
    var search = self
    search.stage = stage
    search.position = .start
    search.mask = nil
    search.reason = nil
    search.needsExhausting = true
    search.rounds = 0
    search.history = []
    search.posterior.noteRecovery(at: time)
    search.updateEstimate()
    return search
  }
}
