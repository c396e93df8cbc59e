internal import ParallaxModel
internal import ParallaxSimulator

/// The worlds that were not decided rightly, one a line, for those who look into one.
struct FailureList {
  let results: [WorldResult]

  var text: String {
    results.filter { $0.judgement != .correct }.map(Self.line).joined(separator: "\n")
  }

  private static func line(_ result: WorldResult) -> String {
    let truth = result.truth.limiters.map { limiter in
      "\(limiter.algorithm.rawValue) \(names(limiter.scope)) capacity \(limiter.capacity.digits(1))"
        + " window \(limiter.window?.digits(0) ?? "-") rate \(limiter.rate.digits(3)) workers \(limiter.workers)"
        + (limiter.countsRejected ? " counts rejected" : "")
    }
    let said = result.conclusion.limiters.map { "\($0.scope.joined(separator: "+")) \($0.posterior.digits(4))" }
    return "\(result.judgement.rawValue) \(result.truth.kind.rawValue) seed \(result.seed):"
      + " said [\(said.joined(separator: ", "))], true [\(truth.joined(separator: "; "))]"
      + (result.truth.hasBackground ? " background" : "")
      + (result.truth.hasAmbiguousErrors ? " ambiguous errors" : "")
      + (result.conclusion.inconclusive.map { "; because \($0.because); next: \($0.toSettle)" } ?? "")
      + (result.settled.map { $0 ? "; settled" : "; not settled" } ?? "")
  }

  private static func names(_ scope: DimensionSet) -> String {
    let further = (0..<DimensionSet.furtherLimit).map { Dimension(name: "d\($0 + 1)", levels: []) }
    return ScopeName.of(scope, further: further)
  }
}
