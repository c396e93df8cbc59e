internal import Glibc
internal import ParallaxInference
internal import ParallaxModel

/// Confirms that everyone shares one bucket, which an outage or load shedding that began just while the reference was
/// being exhausted looks like too.
///
/// Either nothing recovers for so long that an outage would long be over; or, after a reset, the whole search is done
/// once more from the opposite corner: the witness is exhausted, and the reference and the others must be limited.
struct Confirm: Sendable {
  enum Result: Sendable { case confirmed, refuted, noReset, notReached, unclear }

  enum Position {
    case awaitingReset(AwaitReset)
    case searching(LimiterSearch)
  }

  /// What the second search must reach: everyone had a tenth of the prior, so this makes a coincidence 50 times less
  /// likely than it was.
  static let threshold = 0.85

  /// What is left of the prior of a coincidence.
  private(set) var coincidence = 1.0
  /// How much likelier, as logarithm, the second search was under *everyone* than otherwise.
  private(set) var repetition = 0.0
  private var position: Position
  private let rebasing: Rebasing
  /// The opposite corner.
  private let witness: Int
  private var mirror: Notebook?
  private let first: LimiterSearch
  /// nil where some passed while the reference was denied: that may be an outage's end already.
  private let timing: ResetTiming?

  /// nil when the design has no cell that changes everything.
  init?(after search: LimiterSearch, _ notebook: Notebook) {
    let usable = notebook.design.cells.filter { $0.id != 0 && notebook.isUsable($0.id) }
    guard let witness = usable.first(where: { $0.differs == [.ip, .key, .account] }) else { return nil }
    first = search
    self.witness = witness.id
    rebasing = Rebasing(notebook.design, on: witness.id)
    let isHard = (search.estimate.family[.hard] ?? 0) > 0.5
    timing =
      isHard
      ? ResetTiming(
        closed: search.limitTime, first: notebook.log.first?.time ?? search.firstTime,
        notebook: notebook, needed: Self.seconds(toRuleOutFor: search, notebook)) : nil
    position = .awaitingReset(
      AwaitReset(
        signature: search.signature, capacity: search.firstCapacity, witness: witness.id, timing: timing))
  }

  /// How long nothing must recover for an outage to be ruled out; a little longer than just enough.
  private static func seconds(toRuleOutFor search: LimiterSearch, _ notebook: Notebook) -> Double {
    let left = ScopePosterior.coincidence(leaving: notebook.configuration.threshold, of: search.bestRaw)
    return 1.05 * ScopePosterior.durationOfOutages(withShare: max(0.01, left))
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Result> {
    switch position {
    case .awaitingReset(var reset):
      let move = reset.next(&notebook)
      position = .awaitingReset(reset)
      // Outages that begin just when we exhaust are mostly short.
      coincidence = min(coincidence, ScopePosterior.shareOfOutages(longerThan: reset.deniedFor))
      if let timing, let denied = reset.lastDenied, let passed = reset.passed {
        coincidence = min(coincidence, timing.oddsOfOutage(denied: denied, passed: passed))
      }
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(.stillClosed): return .done(.noReset)
      case .done(.separate): return .done(.refuted)
      case .done(.recovered):
        mirror = notebook.mirrored(rebasing, threshold: Self.threshold)
        let limit = max(1, min(2 * (first.firstCapacity ?? 0) + 60, notebook.requestsLeft - 20))
        var search = LimiterSearch(
          posterior: ScopePosterior(lattice: Lattice(design: rebasing.design)), maxRequests: limit)
        search.signature = first.signature
        return go(on: search)
      }
    case .searching(let search):
      guard notebook.isReachable(witness) else { return .done(.unclear) }
      mirror?.take(notebook.fresh.map { rebasing.rebased($0.sample) }, ramp: notebook.ramp, at: notebook.now)
      return go(on: search)
    }
  }

  private mutating func go(on search: LimiterSearch) -> Move<Result> {
    guard var mirror else { return .done(.unclear) }
    var search = search
    let move = search.next(&mirror)
    self.mirror = mirror
    position = .searching(search)
    switch move {
    case .perform(let directive, let label):
      return .perform(rebasing.original(directive, stage: .confirm), label: "from the opposite corner: \(label)")
    case .done: return .done(result(of: search))
    }
  }

  private mutating func result(of search: LimiterSearch) -> Result {
    guard search.saturation != .none else {
      let expected = 1.3 * Double(first.firstCapacity ?? 0) + 15
      return Double(mirror?.fresh.count ?? 0) > expected ? .refuted : .notReached
    }
    let (raw, _) = search.estimate.bestPattern
    guard raw >= Self.threshold else { return .unclear }
    guard search.estimate.bestHypothesis.isEveryone else { return .refuted }
    let odds = raw / max(1e-6, 1 - raw) * ScopePosterior.oddsAgainstEveryone
    coincidence = min(coincidence, 1 / odds)
    repetition = log(odds)
    return .confirmed
  }
}
