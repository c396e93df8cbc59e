internal import Glibc
public import ParallaxModel

/// The posterior at one moment, with what the protocol decides by.
public struct ScopeEstimate: Sendable {
  public let lattice: Lattice
  /// Probability of every hypothesis, in the lattice's order. *Everyone* shares its mass with the coincidence of an
  /// outage, so these sum to less than 1 until it is confirmed.
  public let posterior: [Double]
  /// The same as if there were no coincidences: what further probes of this kind can tell.
  public let raw: [Double]
  /// Index of the best hypothesis by `posterior`.
  public let best: Int
  /// Probability of each family of limiter, given the best hypothesis.
  public let family: [LimiterFamily: Double]
  /// Tokens per second that come back, if the limiter refills.
  public let refillRate: Double
  private let ledgers: [AllowanceLedger]

  init(
    lattice: Lattice, raw: [Double], coincidence: Double, familyLogs: [[Double]], ledgers: [AllowanceLedger],
    refillRate: (Int) -> Double
  ) {
    self.lattice = lattice
    self.raw = raw
    self.ledgers = ledgers
    let everyone = ScopePrior.base[0].weight
    let kept = everyone / (everyone + coincidence * ScopePrior.coincidence)
    let values = raw.indices.map { lattice.hypotheses[$0].isEveryone ? raw[$0] * kept : raw[$0] }
    posterior = values
    best = values.indices.max { values[$0] < values[$1] } ?? 0
    let pattern = lattice.hypotheses[best].pattern
    let total = logSumExp(familyLogs[pattern])
    family = Dictionary(
      uniqueKeysWithValues: LimiterFamily.allCases.map { ($0, exp(familyLogs[pattern][$0.rawValue] - total)) })
    self.refillRate = refillRate(pattern)
  }

  public var bestHypothesis: Hypothesis { lattice.hypotheses[best] }

  /// Probability that the cell shares the drained bucket, coincidences left aside.
  public func shared(_ cell: Int) -> Double {
    let bit: CellMask = 1 << CellMask(cell)
    return raw.indices.reduce(0) { sum, index in
      let hypothesis = lattice.hypotheses[index]
      return (hypothesis.shared | hypothesis.cheaper) & bit != 0 ? sum + raw[index] : sum
    }
  }

  /// The best hypothesis together with all that no probe of this design could tell from it.
  public var bestPattern: (raw: Double, posterior: Double) {
    let best = bestHypothesis
    return raw.indices.reduce((0, 0)) { sum, index in
      lattice.hypotheses[index].looksLike(best) ? (sum.0 + raw[index], sum.1 + posterior[index]) : sum
    }
  }

  /// How likely it is that before all this there was an outage, and that this is a limit of less than *everyone*: in the
  /// units of `ScopePosterior.coincidence`.
  public var coincidenceOfAnOutageBefore: Double {
    let everyone = raw.indices.reduce(0) { lattice.hypotheses[$1].isEveryone ? $0 + raw[$1] : $0 }
    return ScopePrior.base[0].weight * (1 - everyone) / max(1e-12, everyone)
  }

  /// Every answer with at least a share of the probability, best first; answers with the same scopes are one.
  public func answers(above share: Double) -> [(scopes: [DimensionSet], posterior: Double)] {
    var sums: [[DimensionSet]: Double] = [:]
    for index in posterior.indices { sums[lattice.hypotheses[index].scopes, default: 0] += posterior[index] }
    return sums.filter { $0.value >= share }.map { ($0.key, $0.value) }
      .sorted { ($1.posterior, $0.scopes.count) < ($0.posterior, $1.scopes.count) }
  }

  /// Whether another probe of the cell could tell anything: under most hypotheses in which it is separate, its own
  /// bucket must still hold the tokens needed.
  public func isInformative(_ cell: Int, at time: Double, need: Double) -> Bool {
    let bit: CellMask = 1 << CellMask(cell)
    var separate = 0.0
    var able = 0.0
    for index in posterior.indices where lattice.hypotheses[index].shared & bit == 0 {
      separate += posterior[index]
      if ledgers[index].tokens(of: cell, at: time) >= need { able += posterior[index] }
    }
    return able > 0.5 * separate || separate < 1e-4
  }

  /// How the best hypothesis expects probes to come out, sent one after the other: denied where they share the drained
  /// bucket, or may have spent their own.
  public func expectedDenials(of cells: [Int], at time: Double) -> [Bool] {
    var ledger = ledgers[best]
    return cells.map { cell in
      let limited =
        (bestHypothesis.shared | bestHypothesis.cheaper) & (1 << CellMask(cell)) != 0
        || ledger.tokens(of: cell, at: time) < 1 + ledger.slack
      ledger.spend(Trial(time: time, cell: cell, limited: limited))
      return limited
    }
  }

  /// Requests that the drained bucket held, and how many of them count as uncertain, under the best hypothesis.
  public var capacity: (value: Double, slack: Double) { (ledgers[best].capacity, ledgers[best].slack) }
}
