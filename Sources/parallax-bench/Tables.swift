internal import ParallaxSimulator

/// Verdicts by kind of world.
enum KindTable {
  static func table(_ summary: Summary) -> TextTable {
    var table = TextTable(
      title: "Verdicts by kind (stress kinds below the sum)",
      header: [
        "kind", "worlds", "correct", "wrong", "inconcl.", "missed", "settled", "req/bound", "median", "p90", "s median",
        "s p90",
      ])
    for kind in WorldKind.allCases where !kind.isStress { add(kind.rawValue, summary.regular, kind, &table) }
    table.rows.append(row("all but stress", summary.regular))
    for kind in WorldKind.stress { add(kind.rawValue, summary.stress, kind, &table) }
    table.rows.append(row("all stress", summary.stress))
    return table
  }

  private static func add(_ name: String, _ results: [WorldResult], _ kind: WorldKind, _ table: inout TextTable) {
    let own = results.filter { $0.truth.kind == kind }
    if !own.isEmpty { table.rows.append(row(name, own)) }
  }

  private static func row(_ name: String, _ results: [WorldResult]) -> [String] {
    let open = results.filter { $0.judgement == .inconclusive }
    let settled = open.isEmpty ? "-" : "\(open.count { $0.settled == true })/\(open.count)"
    let seconds = results.filter { $0.judgement == .correct }.map(\.seconds)
    let counts = [Judgement.correct, .wrong, .inconclusive, .missed].map { "\(results.count(of: $0))" }
    let times = [0.5, 0.9].map { seconds.quantile($0)?.digits(1) ?? "-" }
    return [name, "\(results.count)"] + counts + [settled] + results.costs.cells + times
  }
}

/// Requests by class of cost.
enum CostTable {
  static func table(results: [WorldResult]) -> TextTable {
    var table = TextTable(
      title: "Requests until the scope was known / lower bound, of right verdicts",
      header: ["class", "worlds", "pooled", "median", "p90", "excess median", "whole run median"])
    for group in CostClass.allCases {
      add(group.rawValue, results.filter { CostClass($0.truth) == group }, &table)
    }
    add("all", results, &table)
    return table
  }

  private static func add(_ name: String, _ results: [WorldResult], _ table: inout TextTable) {
    let right = results.filter { $0.judgement == .correct && $0.lowerBound != nil }
    let excess = right.map { Double($0.requests) - $0.lowerBound! }
    let whole = right.map { Double($0.totalRequests) }
    table.rows.append(
      [name, "\(right.count)"] + Costs(right).cells
        + [excess.quantile(0.5)?.digits(0) ?? "-", whole.quantile(0.5)?.digits(0) ?? "-"])
  }
}

/// What was claimed against what was true, conclusions below the threshold included.
enum CalibrationTable {
  static let edges = [0, 0.5, 0.8, 0.95, 0.99, 0.995, 0.999, 1.0000001]

  static func table(_ results: [WorldResult]) -> TextTable {
    var table = TextTable(
      title: "Calibration: the leading answer's posterior and how often it was right",
      header: ["posterior", "worlds", "said", "true"])
    let claims = results.compactMap(\.claim)
    for (low, high) in zip(edges, edges.dropFirst()) {
      let own = claims.filter { low <= $0.posterior && $0.posterior < high }
      guard !own.isEmpty else { continue }
      table.rows.append([
        "\(low.digits(3)) to \(min(high, 1).digits(3))", "\(own.count)",
        (own.map(\.posterior).sum / Double(own.count)).digits(4),
        (share(own.count(where: \.isRight), of: own.count) ?? 0).digits(4),
      ])
    }
    return table
  }
}

/// Errors of the parameters, where a conclusion states them and its scope is right.
enum ParameterTable {
  static func table(_ results: [WorldResult]) -> TextTable {
    let checks = results.compactMap(\.parameters)
    let named = checks.filter { $0.algorithmIsRight != nil }
    let identifiable = checks.filter(\.isIdentifiable)
    var table = TextTable(
      title: "Parameters", header: ["", "worlds", "right or covered", "median error", "p90 error"])
    func right(_ name: String, _ checks: [ParameterCheck]) -> [String] {
      [
        name, "\(checks.count)", share(checks.count { $0.algorithmIsRight == true }, of: checks.count)?.percent ?? "-",
        "-", "-",
      ]
    }
    func errors(_ name: String, _ errors: [Double]) -> [String] {
      [name, "\(errors.count)", "-"] + [0.5, 0.9].map { errors.quantile($0)?.percent ?? "-" }
    }
    func cover(_ name: String, _ checks: [ParameterCheck]) -> [String] {
      let intervals = checks.flatMap(\.intervals)
      let covering = share(intervals.count { $0 }, of: intervals.count)
      return [name, "\(intervals.count)", covering?.percent ?? "-", "-", "-"]
    }
    let alone = checks.filter(\.isAlone)
    let prefixes = checks.compactMap(\.prefixIsRight)
    table.rows = [
      right("algorithm, where it is named", named), right("algorithm, where it is identifiable", identifiable),
      errors("rate, alone and with a window that ends", alone.filter(\.showsRate).compactMap(\.rateError)),
      errors("rate, all", checks.compactMap(\.rateError)),
      errors("capacity, alone", alone.compactMap(\.capacityError)),
      errors("capacity, all", checks.compactMap(\.capacityError)),
      [
        "prefix, where a neighbour is asked", "\(prefixes.count)",
        share(prefixes.count { $0 }, of: prefixes.count)?.percent ?? "-", "-", "-",
      ],
      cover("intervals of 95 %, alone", alone), cover("intervals of 95 %, all", checks),
    ]
    return table
  }
}

/// The same worlds without Parallax. Further dimensions are ignored in the baselines' favour.
enum BaselineTable {
  static func table(_ results: [WorldResult]) -> TextTable {
    var table = TextTable(
      title: "Baselines on the same worlds that have a limiter, stress included",
      header: ["procedure", "worlds", "correct", "wrong", "inconcl.", "missed", "req/bound", "s median"])
    let limited = results.filter { $0.lowerBound != nil }
    table.rows.append(
      row("Parallax", limited.map { ($0.judgement, $0.requests, $0.seconds, $0.lowerBound!) }))
    for (baseline, name) in [
      (Baseline.curlLoop, "curl loop"), (.oneFactorAtATime, "one factor at a time, Fisher, N = 10"),
    ] {
      let own = limited.compactMap { result in
        result.baselines[baseline].map { ($0.judgement, $0.requests, $0.seconds, result.lowerBound!) }
      }
      table.rows.append(row(name, own))
    }
    for quoted in quotedReference { table.rows.append(quoted) }
    return table
  }

  /// Figures of a numerical prototype on worlds of its own (the project's method document); they are quoted, not
  /// measured here.
  private static let quotedReference = [
    ["prototype, all kinds (quoted)", "1921", "93.0 %", "0.05 %", "6.9 %", "-", "1.57", "-"],
    ["prototype, curl loop (quoted)", "387", "51 %", "32 %", "17 %", "-", "3.9", "-"],
    ["prototype, Fisher (quoted)", "387", "56 %", "28 %", "16 %", "-", "5.8", "-"],
  ]

  private static func row(_ name: String, _ outcomes: [(Judgement, Int, Double, Double)]) -> [String] {
    let bound = outcomes.map(\.3).sum
    return [name, "\(outcomes.count)"]
      + [Judgement.correct, .wrong, .inconclusive, .missed].map { judgement in
        share(outcomes.count { $0.0 == judgement }, of: outcomes.count)?.percent ?? "-"
      }
      + [
        bound > 0 ? (outcomes.map { Double($0.1) }.sum / bound).digits(2) : "-",
        outcomes.map(\.2).quantile(0.5)?.digits(1) ?? "-",
      ]
  }
}
