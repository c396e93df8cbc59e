internal import ParallaxInference
internal import ParallaxModel

/// Turns what a search knows into limiters with their evidence, or into a reason why there are none.
struct Findings {
  let search: LimiterSearch
  let design: Design
  let threshold: Double

  /// Remaining answers below this share are not worth naming.
  static let mention = 0.01
  /// From this probability on a contrast counts as known.
  static let known = 0.95
  /// The posterior at which the rest counts as clear if a dimension is left out.
  static let nearlyClear = 0.97

  var isDetermined: Bool { best.posterior >= threshold && !best.scopes.isEmpty }

  /// The scopes with most of the probability.
  var best: (scopes: [DimensionSet], posterior: Double) {
    search.estimate.answers(above: 0).first ?? ([], 0)
  }

  /// One limiter for every scope of the best answer; two that were drained together share what was measured.
  func limiters(_ parameters: Parameters, kind: Limiter.Kind? = nil) -> [Limiter] {
    best.scopes.map { scope in
      Limiter(
        scope: scope.names(further: design.dimensions), posterior: best.posterior, kind: kind ?? parameters.kind,
        signature: search.signature ?? Signature(), algorithm: parameters.algorithm, limit: parameters.limit,
        window: parameters.window, burst: parameters.burst, countsRejected: parameters.countsRejected,
        prefix: scope.contains(.ip) ? parameters.prefix : nil,
        evidence: evidence, alternatives: alternatives)
    }
  }

  /// Why the best answer is below the threshold. Answers that this design cannot tell apart are named with what to
  /// add.
  func inconclusive(or reason: Verdict.Inconclusive?) -> Verdict.Inconclusive {
    let remaining = search.estimate.answers(above: Self.mention).filter { !$0.scopes.isEmpty }
    let list = remaining.map { "\(name($0.scopes)) (\(percent($0.posterior)))" }.joined(separator: ", ")
    if search.estimate.bestPattern.raw >= threshold, !best.scopes.isEmpty, !design.gaps.isEmpty {
      return Verdict.Inconclusive(
        because: "\(design.gaps.map(\.because).joined(separator: ", and ")), so these look alike: \(list)",
        steps: design.gaps.map { $0.step(in: design) })
    }
    if search.estimate.bestPattern.posterior >= threshold {
      let shared = design.cells.filter { !$0.isControl && search.estimate.shared($0.id) > 0.5 }.map(\.label).joined(
        separator: " ")
      return Verdict.Inconclusive(
        because: "no scope explains which cells share the limit (\(shared))", steps: Reasons.moreToAsk)
    }
    var result = reason ?? Reasons.nothingMore
    if let dimension = onlyDoubt, result.steps != [.raiseDuration(to: Reasons.longDuration)] {
      result = Verdict.Inconclusive(because: result.because, steps: [.leaveOut(dimension: dimension)])
    }
    if !list.isEmpty { result.because += "; what remains: \(list)" }
    return result
  }

  /// The further dimension without which one answer would be past the threshold; nil where there is none.
  private var onlyDoubt: String? {
    let answers = search.estimate.answers(above: 0).filter { !$0.scopes.isEmpty }
    // Coincidences have no scope and stay outside.
    let total = answers.reduce(0) { $0 + $1.posterior }
    let doubts = design.dimensions.indices.map { index in
      var sums: [[DimensionSet]: Double] = [:]
      for answer in answers {
        sums[answer.scopes.map { $0.subtracting(.further(index)) }, default: 0] += answer.posterior
      }
      return (index: index, best: sums.values.max() ?? 0)
    }
    guard let most = doubts.max(by: { $0.best < $1.best }), most.best >= Self.nearlyClear * total,
      most.best - best.posterior >= 0.6 * (total - best.posterior)
    else { return nil }
    return design.dimensions[most.index].name
  }

  private func name(_ scopes: [DimensionSet]) -> String {
    scopes.map { ScopeName.of($0, further: design.dimensions) }.joined(separator: " and ")
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private var evidence: [Evidence] {
    design.cells.dropFirst().filter { !$0.isControl }.map { cell in
      let segments = search.posterior.segments.filter { $0.trials.contains { $0.cell == cell.id } }
      let probes = segments.flatMap(\.trials).filter { $0.cell == cell.id }
      let controls = segments.flatMap(\.trials).filter { $0.cell == 0 }
      let shared = search.estimate.shared(cell.id)
      let relation: Evidence.Relation =
        probes.isEmpty || max(shared, 1 - shared) < Self.known ? .unknown : shared > 0.5 ? .shared : .separate
      return Evidence(
        contrast: cell.differs.names(further: design.dimensions).joined(separator: "+"), cell: design.name(of: cell),
        relation: relation, limited: probes.count { $0.limited }, sent: probes.count,
        control: "\(controls.count { $0.limited })/\(controls.count) limited", posterior: max(shared, 1 - shared))
    }
  }

  private var alternatives: [String] {
    guard let other = design.cells.first(where: { $0.differs == .ip }), search.estimate.shared(other.id) < 0.5,
      best.scopes.contains(where: { $0.contains(.ip) })
    else { return [] }
    return [
      "counters per worker or point of presence, chosen by a hash of the address: they look the same as a scope with "
        + "ip; more addresses than workers, or the names of hosts in the answers, tell them apart"
    ]
  }
}

extension Design.Gap {
  fileprivate func step(in design: Design) -> NextStep {
    switch dimension {
    case "ip": .addVantage
    case "key": .addKey(account: design.reference.account)
    case "account": .addAccount
    default: .addLevel(dimension: dimension)
    }
  }
}
