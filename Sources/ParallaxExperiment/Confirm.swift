internal import ParallaxInference
internal import ParallaxModel

/// Confirms that everyone shares one bucket, from the opposite corner and after a reset: exhaust the witness, then the
/// reference and the others must be limited. An outage or load shedding that coincided with the first exhausting
/// looked the same.
struct Confirm: Sendable {
  enum Result: Sendable { case confirmed, refuted, noReset, notReached, unclear }

  enum Position {
    case awaitingReset(AwaitReset)
    case exhausting, probing
  }

  static let roundLimit = 4

  /// Seconds for which the reference and the witness were both denied; outages are mostly shorter.
  private(set) var deniedFor = 0.0
  private var position: Position
  private let witness: Int
  private let others: [Int]
  private let search: LimiterSearch
  private var lead = 1
  private var rounds = 0
  private var limited = 0
  private var passed = 0

  /// nil when the design has no cell that changes everything.
  init?(after search: LimiterSearch, _ notebook: Notebook) {
    let usable = notebook.design.cells.filter { $0.id != 0 && notebook.isUsable($0.id) }
    guard let witness = usable.first(where: { $0.differs == [.ip, .key, .account] }) else { return nil }
    self.witness = witness.id
    self.search = search
    let sides = usable.filter { [[.key, .account], .key].contains($0.differs) }.map(\.id)
    others = [0, witness.id] + sides
    position = .awaitingReset(AwaitReset(signature: search.signature, witness: witness.id))
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Result> {
    switch position {
    case .awaitingReset(var reset):
      let move = reset.next(&notebook)
      deniedFor = reset.deniedFor
      position = .awaitingReset(reset)
      switch move {
      case .perform(let directive, let label): return .perform(directive, label: label)
      case .done(false): return .done(.noReset)
      case .done(true): return exhaust(&notebook)
      }
    case .exhausting:
      let outcome = notebook.ramp ?? RampOutcome(saturation: .none)
      guard outcome.saturation != .none else {
        let successes = notebook.fresh.count { notebook.denied($0, by: search.signature) == false }
        let expected = 1.3 * Double(search.firstCapacity ?? 0) + 15
        return .done(Double(successes) > expected ? .refuted : .notReached)
      }
      if outcome.saturation == .leaky {
        let rate = max(outcome.admittedRate, search.isDense ? search.estimate.refillRate : 0)
        lead = min(40, Int(min(100, (1.2 * rate * notebook.controlGap).rounded(.up))) + 3)
      }
      return probe(notebook)
    case .probing:
      digest(notebook)
      if limited >= 3, limited > 4 * passed { return .done(.confirmed) }
      if passed >= 3, passed > limited { return .done(.refuted) }
      guard rounds < Self.roundLimit, notebook.requestsLeft > lead + others.count + 1 else {
        if limited >= 2, passed == 0 { return .done(.confirmed) }
        return .done(passed >= 2 && limited == 0 ? .refuted : .unclear)
      }
      return probe(notebook)
    }
  }

  private mutating func exhaust(_ notebook: inout Notebook) -> Move<Result> {
    position = .exhausting
    notebook.exhaustedCell = witness
    let specification = RampSpecification(
      stage: .confirm, cell: witness,
      maxRequests: max(1, min(2 * (search.firstCapacity ?? 0) + 60, notebook.requestsLeft - 20)),
      rateCap: notebook.configuration.budget.rate, roundTrip: min(notebook.restLatency(of: witness), 0.16),
      confirmGap: max(0.2, notebook.controlGap), deadline: max(1, notebook.secondsLeft),
      delayThreshold: notebook.delayThreshold(of: witness), followUp: [])
    return .perform(.ramp(specification), label: "exhaust from the opposite corner")
  }

  private mutating func probe(_ notebook: Notebook) -> Move<Result> {
    position = .probing
    rounds += 1
    let cells = Array(repeating: witness, count: lead) + others + (others.last == witness ? [] : [witness])
    return .perform(
      .schedule(Schedule(stage: .confirm, items: notebook.spaced(cells))), label: "confirm that everyone shares")
  }

  /// Counts what lies between two denials of the witness.
  private mutating func digest(_ notebook: Notebook) {
    let trials = notebook.fresh.compactMap { notebook.trial($0, by: search.signature) }
    guard let segment = Segment(round: trials, of: witness) else {
      lead = min(40, 2 * lead + 3)
      return
    }
    for trial in segment.trials where trial.cell != witness {
      if trial.limited { limited += 1 } else { passed += 1 }
    }
  }
}
