internal import Glibc
internal import ParallaxModel

/// The posterior over all hypotheses of a lattice for one limiter, as outcomes come in.
///
/// P(data | hypothesis) = P(outcomes of cells sharing the drained bucket), marginal over the limiter's family, times
/// P(outcomes of separate cells), marginal over which level has a smaller allowance of its own.
public struct ScopePosterior: Sendable {
  public let lattice: Lattice
  /// Successes of the reference before its first denial, while it was being exhausted.
  public var exhausted: Int?
  /// The bucket was full when it was exhausted; otherwise triage had spent some of it.
  public var exhaustedFromFull = false
  /// Tokens per second that a probe's own bucket is assumed to regain.
  public var ownRefill = 0.0
  /// What is left of the prior of a coincidence: an outage or load shedding that began just while the reference was
  /// being exhausted.
  public var coincidence = 1.0
  /// log of how much likelier a repetition from the opposite corner was under *everyone* than otherwise.
  public var repetition = 0.0
  /// By cell: log of how much likelier what else was seen of it is if it does not share the reference's bucket.
  public var logOddsOfItsOwn: [Int: Double] = [:]
  public private(set) var segments: [Segment] = []
  private var idle: [Trial] = []
  /// Everything but what the exhausted cell was answered in rounds, in order.
  private var events: [Event] = []

  struct Event {
    var trial: Trial
    /// Whether the reference was exhausted.
    var isDrained: Bool
  }

  private var trialCount = 0
  private var recoveries: [Double] = []
  private var pooled: PooledCounts
  private var filter: RefillFilter?
  private var table = SeparateTable()

  public init(lattice: Lattice) {
    self.lattice = lattice
    pooled = PooledCounts(patterns: lattice.patterns)
  }

  /// By hypothesis: what is left of evidence that contradicted itself, log.
  private var remembered: [Double] = []

  /// Begun anew, since the answers contradicted each other: some outage, change or odd price explains one part of them,
  /// and nobody knows which. So half of what they said is kept, and no more than this (log).
  public mutating func restartedAfterContradiction() -> ScopePosterior {
    var fresh = restarted()
    // Triage is kept as a whole: it must not count in what is remembered too.
    let triage = fresh.evaluate().raw
    let ratios = zip(evaluate().raw, triage).map { log(max(1e-12, $0) / max(1e-12, $1)) }
    let most = ratios.max() ?? 0
    fresh.remembered = ratios.map { max(Self.leastRemembered, Self.shareRemembered * ($0 - most)) }
    return fresh
  }

  private static let shareRemembered = 0.5
  private static let leastRemembered = -3.0

  /// The same before anything was exhausted: what triage saw is kept, the rest is not.
  public func restarted() -> ScopePosterior {
    var fresh = ScopePosterior(lattice: lattice)
    for trial in idle { fresh.addIdle(trial) }
    return fresh
  }

  /// The same where one answer, with all that look like it, is so many times likelier than the prior says.
  public func expecting(_ hypothesis: Hypothesis, odds: Double) -> ScopePosterior {
    var copy = self
    copy.remembered = lattice.hypotheses.map { $0.looksLike(hypothesis) ? log(odds) : 0 }
    return copy
  }

  /// The same as if these segments had not been seen.
  ///
  /// - Parameter indices: in `segments`.
  public func without(segments indices: Set<Int>) -> ScopePosterior {
    var copy = restarted()
    copy.exhausted = exhausted
    copy.exhaustedFromFull = exhaustedFromFull
    copy.ownRefill = ownRefill
    copy.coincidence = coincidence
    copy.repetition = repetition
    copy.recoveries = recoveries
    copy.logOddsOfItsOwn = logOddsOfItsOwn
    copy.remembered = remembered
    // What triage saw is kept already.
    var pending = events.filter { !$0.isDrained }.map(\.trial).dropFirst(copy.events.count)
    for (index, segment) in segments.enumerated() {
      while let trial = pending.first, trial.time < segment.trials[0].time {
        copy.addRested(trial)
        pending.removeFirst()
      }
      if !indices.contains(index) { copy.add(segment) }
    }
    for trial in pending { copy.addRested(trial) }
    return copy
  }

  /// Of the outages that begin just when we exhaust, those that last longer than so many seconds: 1 / (1 + t / 5 s),
  /// so that half last 5 s, and 2.4 % 200 s.
  public static func shareOfOutages(longerThan seconds: Double) -> Double { 1 / (1 + seconds / medianOutage) }

  /// The seconds that only so large a share of these outages outlasts.
  public static func durationOfOutages(withShare share: Double) -> Double { medianOutage * (1 / share - 1) }

  /// Seconds that half of them outlast.
  private static let medianOutage = 5.0

  /// What may be left of the coincidence, for *everyone* to keep a probability of so much if without it it has `raw`;
  /// negative where that is less.
  public static func coincidence(leaving probability: Double, of raw: Double) -> Double {
    (raw / probability - 1) * ScopePrior.base[0].weight / ScopePrior.coincidence
  }

  /// Of the outages that begin just when we exhaust, those that end, and begin again just when we exhaust anew.
  public static let recurrence = 0.1

  /// What `coincidence` is a share of: how many limits are met just when an outage begins.
  public static var priorOfCoincidence: Double { ScopePrior.coincidence }

  /// A limit of so few requests may have a smaller allowance of a level spent by triage alone.
  public static var smallAllowance: Double { ScopePrior.smallAllowance }

  /// The prior's odds against *everyone*.
  public static var oddsAgainstEveryone: Double { (1 - ScopePrior.base[0].weight) / ScopePrior.base[0].weight }

  /// An outcome before anything was exhausted.
  public mutating func addIdle(_ trial: Trial) {
    idle.append(trial)
    events.append(Event(trial: trial, isDrained: false))
  }

  /// An outcome, later on, of a cell while the reference was not exhausted. It says whether the cell's own allowance
  /// is spent.
  public mutating func addRested(_ trial: Trial) {
    if trial.cell != 0 { events.append(Event(trial: trial, isDrained: false)) }
  }

  /// All buckets were full again at a time, as far as can be told.
  public mutating func noteRecovery(at time: Double) { recoveries.append(time) }

  /// More outcomes than these change nothing about a scope, but take their time; later ones are left out.
  public static let mostTrials = 12_000

  public mutating func add(_ segment: Segment) {
    guard trialCount < Self.mostTrials else { return }
    trialCount += segment.trials.count
    if filter == nil {
      filter = RefillFilter(patterns: lattice.patterns, capacity: max(2, baseCapacity + Double(idle.count)))
    }
    segments.append(segment)
    events += segment.trials.dropFirst().filter { $0.cell != 0 }.map { Event(trial: $0, isDrained: true) }
    pooled.take(segment)
    filter?.take(segment)
  }

  private var baseCapacity: Double {
    Double((exhausted ?? 0) + (exhaustedFromFull ? 0 : idle.count { $0.cell == 0 && !$0.limited }))
  }

  public mutating func estimate() -> ScopeEstimate {
    let evaluation = evaluate()
    let filter = filter
    return ScopeEstimate(
      lattice: lattice, raw: evaluation.raw, coincidence: coincidence,
      familyLogs: evaluation.families, ledgers: evaluation.ledgers,
      refillRate: { filter?.meanRate(pattern: $0) ?? 0 })
  }

  /// The probability, coincidences left aside, that a hypothesis, with all that look like it, would have if a round
  /// came out so.
  public mutating func probability(
    ofAllLike hypothesis: Hypothesis, after segment: Segment, rested: [Trial]
  ) -> Double {
    var imagined = self
    for trial in rested { imagined.addRested(trial) }
    imagined.add(segment)
    let raw = imagined.evaluate().raw
    table = imagined.table
    return raw.indices.reduce(0) { lattice.hypotheses[$1].looksLike(hypothesis) ? $0 + raw[$1] : $0 }
  }

  private struct Evaluation {
    /// By hypothesis, normalised.
    var raw: [Double]
    /// By pattern and family, logarithms.
    var families: [[Double]]
    var ledgers: [AllowanceLedger]
  }

  private mutating func evaluate() -> Evaluation {
    let refill = filter?.marginals() ?? [Double](repeating: 0, count: lattice.patterns.count)
    let families = lattice.patterns.indices.map { pattern in
      LimiterFamily.allCases.map { family in
        log(family.prior) + family.logLikelihood(pooled, pattern: pattern, refill: refill[pattern])
      }
    }
    let shared = families.map { logSumExp($0) }
    let ledgers = lattice.hypotheses.map { ledger(for: $0) }
    let byLevel = lattice.levels.map { level in
      LevelOutcomes(
        level: level,
        outcomes: events.filter { level & (1 << CellMask($0.trial.cell)) != 0 })
    }
    var spent = SpentCache(levels: byLevel)
    var logs = lattice.hypotheses.indices.map { index in
      let hypothesis = lattice.hypotheses[index]
      return log(hypothesis.prior) + shared[hypothesis.pattern]
        + separate(hypothesis, ledgers[index], spent: &spent)
        + (hypothesis.isEveryone ? repetition : 0) + (remembered.isEmpty ? 0 : remembered[index])
        - logOddsOfItsOwn.reduce(0) {
          (hypothesis.shared | hypothesis.cheaper) & (1 << CellMask($1.key)) != 0 ? $0 + $1.value : $0
        }
    }
    let total = logSumExp(logs)
    for index in logs.indices { logs[index] = exp(logs[index] - total) }
    return Evaluation(raw: logs, families: families, ledgers: ledgers)
  }

  /// Replays all outcomes of cells other than the reference against the hypothesis' own buckets.
  private func ledger(for hypothesis: Hypothesis) -> AllowanceLedger {
    let spentByOthers =
      exhaustedFromFull
      ? 0
      : idle.count {
        $0.cell != 0 && !$0.limited && hypothesis.shared & (1 << CellMask($0.cell)) != 0
      }
    var ledger = AllowanceLedger(
      hypothesis, capacity: max(baseCapacity + Double(spentByOthers), 1),
      terms: AllowanceLedger.Terms(refill: ownRefill, recoveries: recoveries))
    for event in events {
      let isShared = (hypothesis.shared | hypothesis.cheaper) & (1 << CellMask(event.trial.cell)) != 0
      if event.isDrained && isShared {
        ledger.spend(event.trial)
      } else {
        ledger.take(event.trial, isAtRest: !event.isDrained)
      }
    }
    return ledger
  }

  /// log P(outcomes of separate cells), and of all cells in triage.
  private mutating func separate(
    _ hypothesis: Hypothesis, _ ledger: AllowanceLedger, spent: inout SpentCache
  ) -> Double {
    let clean = lattice.design.cells.indices.map { cell in
      cell == 0 || hypothesis.cheaper & (1 << CellMask(cell)) != 0
        ? 0
        : table.value(limited: ledger.limited[cell], passed: ledger.passed[cell])
    }
    let all = clean.reduce(0, +)
    let dirty = min(0.5, ScopePrior.dirtyLevel(capacity: baseCapacity) * Double(lattice.levels.count))
    var parts = [log(1 - dirty) + all]
    for (index, level) in lattice.levels.enumerated() {
      let separate = level & ~hypothesis.shared & ~hypothesis.cheaper
      let without = clean.indices.reduce(0.0) { level & (1 << CellMask($1)) != 0 ? $0 + clean[$1] : $0 }
      parts.append(
        log(dirty / Double(lattice.levels.count)) + all - without
          + spent.value(level: index, separate: separate, cheaper: hypothesis.cheaper))
    }
    return logSumExp(parts) + ledger.ambiguous + cheaper(hypothesis)
  }
}

extension ScopePosterior {
  fileprivate func cheaper(_ hypothesis: Hypothesis) -> Double {
    guard hypothesis.cheaper != 0 else { return 0 }
    let denied = segments.flatMap(\.trials).filter { hypothesis.cheaper & (1 << CellMask($0.cell)) != 0 }
      .map(\.limited)
    return CellLikelihood.cheaper(denied)
  }
}
