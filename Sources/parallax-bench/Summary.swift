internal import ParallaxSimulator

/// What a series of worlds adds up to.
struct Summary {
  let results: [WorldResult]
  let degraded: [DegradedResult]
  let analysis: AnalysisBenchmark
  let seconds: Double
  /// Of all cores together; not what other processes took of the machine.
  let coreSeconds: Double
  let threads: Int

  /// Worlds that keep to the model.
  var regular: [WorldResult] { results.filter { !$0.truth.kind.isStress } }
  var stress: [WorldResult] { results.filter { $0.truth.kind.isStress } }

  var goals: [Goal] { Goal.all(of: self) }

  var text: String {
    let tables = [
      KindTable.table(self), CostTable.table(results: regular), CalibrationTable.table(regular),
      ParameterTable.table(regular), DegradedTable.table(degraded), BaselineTable.table(results), Goal.table(goals),
    ]
    return tables.map(\.text).joined(separator: "\n\n") + "\n\n" + lastLine
  }

  private var lastLine: String {
    let cost = regular.costs
    let counts = Judgement.allCases.map { judgement in
      "\(judgement.rawValue) \((share(regular.count(of: judgement), of: regular.count) ?? 0).percent)"
    }
    return counts.joined(separator: ", ") + ", requests/lower bound \(cost.pooled?.digits(2) ?? "-")"
      + " (\(regular.count) worlds; stress wrong \((share(stress.count(of: .wrong), of: stress.count) ?? 0).percent)"
      + " of \(stress.count); \(seconds.digits(1)) s on \(threads) threads)"
  }
}

extension [WorldResult] {
  func count(of judgement: Judgement) -> Int { count { $0.judgement == judgement } }

  /// Requests against the lower bound, over the worlds that were decided rightly.
  var costs: Costs { Costs(filter { $0.judgement == .correct && $0.lowerBound != nil }) }
}

struct Costs {
  var worlds: Int
  /// All requests over all lower bounds.
  var pooled: Double?
  var median: Double?
  var p90: Double?

  init(_ results: [WorldResult]) {
    worlds = results.count
    let bound = results.compactMap(\.lowerBound).sum
    pooled = bound > 0 ? results.map { Double($0.requests) }.sum / bound : nil
    let ratios = results.compactMap(\.ratio)
    median = ratios.quantile(0.5)
    p90 = ratios.quantile(0.9)
  }

  var cells: [String] { [pooled, median, p90].map { $0?.digits(2) ?? "-" } }
}
