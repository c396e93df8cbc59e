internal import ParallaxInference
internal import ParallaxModel

/// What comes out of an experiment, from whatever phase it ends in.
extension Experiment {
  func findings(_ search: LimiterSearch) -> Findings {
    Findings(search: search, design: design, threshold: configuration.threshold)
  }

  mutating func conclude(
    _ search: LimiterSearch, _ known: Parameters? = nil, mask: LimiterSearch? = nil, second: LimiterSearch? = nil
  ) {
    if search.saturation == .none {
      // A climb that ended with its vantage found no limit because nobody looked.
      guard notebook.isReachable(0) else {
        let lost = Reasons.lost(design.reference, in: design)
        phase = .finished(Conclusion(status: .inconclusive, inconclusive: lost))
        return
      }
      phase = .finished(Conclusion(status: .noLimitObserved))
      return
    }
    let first = findings(search)
    let parameters = known ?? Parameters(search, notebook)
    var limiters: [Limiter] = []
    if first.isDetermined { limiters += first.limiters(parameters) }
    if let mask, findings(mask).isDetermined {
      // A ban answers in its own words; the same words come from a slower limiter of the same software. What was met at a
      // pace beneath the first limiter is no ban.
      let isBan = mask.signature != search.signature && mask.pace == nil
      limiters += findings(mask).limiters(Parameters(mask, notebook), kind: isBan ? .ban : nil)
    }
    if let second, findings(second).isDetermined {
      limiters += findings(second).limiters(Parameters(second, notebook))
    }
    if !limiters.isEmpty {
      phase = .finished(Conclusion(status: .determined, limiters: limiters))
    } else {
      phase = .finished(
        Conclusion(
          status: .inconclusive, limiters: first.limiters(parameters),
          inconclusive: first.inconclusive(or: search.reason)))
    }
  }

  /// The performer may send nothing more.
  mutating func conclude(stopped: String) {
    let isSpent = notebook.requestsLeft <= 0 || notebook.secondsLeft <= 0
    switch phase {
    case .searching(let search), .confirming(_, let search), .searchingMask(_, let search),
      .neighbouring(_, let search):
      if findings(search).isDetermined { return conclude(search) }
    case .recovering(let recover, _): return conclude(recover.weighed(notebook))
    case .peeling(_, let search, let parameters): return conclude(search, parameters)
    case .unmasking(let unmask, let beneath, let mask):
      return conclude(unmask.found(configuration.threshold) ?? beneath, mask: mask)
    case .mystery(var mystery, _):
      mystery.take(notebook)
      var conclusion = mystery.conclusion(notebook)
      if conclusion.status == .inconclusive {
        conclusion.status = isSpent ? .inconclusive : .aborted
        conclusion.inconclusive?.because += "; \(stopped)"
      }
      phase = .finished(conclusion)
      return
    case .triage, .resettingToRepeat, .finished: break
    }
    let reason = isSpent ? Reasons.spent(notebook, because: stopped) : .init(because: stopped, steps: [.runAgain])
    phase = .finished(Conclusion(status: isSpent ? .inconclusive : .aborted, inconclusive: reason))
  }
}
