public import ParallaxModel

/// How a conclusion stands to the truth.
public enum Judgement: String, Sendable, Hashable, CaseIterable {
  case correct
  case wrong
  case inconclusive
  /// It says that no limit was observed, and there is one. That is no false claim, but no answer either.
  case missed
}

extension Truth {
  /// Right is a verdict whose every scope is one of the limiters' or the ban's; it need not name all of them.
  ///
  /// Where a limiter looks like another scope (counters per worker by a hash of the address look like one with `ip`),
  /// a verdict for that one is right if it names the alternative.
  public func judge(_ conclusion: Conclusion, in design: Design) -> Judgement {
    switch conclusion.status {
    case .inconclusive, .aborted: return .inconclusive
    case .noLimitObserved: return limiters.isEmpty || !isReachable ? .correct : .missed
    case .determined:
      // Why a fresh key is limited; about scopes it says nothing.
      if conclusion.limiters.isEmpty, !conclusion.causes.isEmpty { return .inconclusive }
      guard isReachable, !conclusion.limiters.isEmpty else { return .wrong }
      return conclusion.limiters.allSatisfy { isRight($0, in: design) } ? .correct : .wrong
    }
  }

  /// Whether one inferred limiter's scope is a true one.
  public func isRight(_ limiter: ParallaxModel.Limiter, in design: Design) -> Bool {
    let named = DimensionSet(names: limiter.scope, further: design.dimensions)
    if scopes.contains(named) { return true }
    return limiters.compactMap(\.lookalike).contains { lookalike in
      lookalike.scope == named && limiter.alternatives.contains { $0.contains(lookalike.word) }
    }
  }
}

extension DimensionSet {
  init(names: [String], further: [Dimension]) {
    let all = ["ip", "key", "account"] + further.map(\.name)
    self = names.reduce(into: []) { set, name in
      guard let index = all.firstIndex(of: name) else { return }
      set.insert(DimensionSet(rawValue: 1 << UInt32(index)))
    }
  }
}
