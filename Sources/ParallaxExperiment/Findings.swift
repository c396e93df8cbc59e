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
        toSettle: design.gaps.map(\.toSettle).joined(separator: "; "))
    }
    if search.estimate.bestPattern.posterior >= threshold {
      let shared = design.cells.filter { !$0.isControl && search.estimate.shared($0.id) > 0.5 }.map(\.label).joined(
        separator: " ")
      return Verdict.Inconclusive(
        because: "no scope explains which cells share the limit (\(shared))",
        toSettle: "add further vantages and keys, to see what the cells that share have in common")
    }
    var result = reason ?? Reasons.nothingMore
    if !list.isEmpty { result.because += "; what remains: \(list)" }
    return result
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
