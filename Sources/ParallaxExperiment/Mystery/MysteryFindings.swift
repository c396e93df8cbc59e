internal import ParallaxInference
internal import ParallaxModel

/// Turns the posterior over causes into a conclusion for the person who asked.
struct MysteryFindings {
  let posterior: CausePosterior
  let notebook: Notebook

  /// Causes below this probability are not worth naming.
  static let mention = 0.02

  var conclusion: Conclusion {
    let own = posterior.looks.filter { $0.cell == 0 }
    guard !own.isEmpty else {
      return Conclusion(status: .inconclusive, inconclusive: Reasons.noAnswer(posterior.design))
    }
    let text = MysteryText(posterior: posterior, notebook: notebook)
    // Others may be limited while the reference is not; that is no cause of anything that befell the reference.
    let isLimited = own.contains { $0.outcome == .limited }
    let telling = isLimited ? posterior : posterior.restricted(to: 0)
    let named = telling.estimate().ranked.filter { $0.posterior >= Self.mention }
    let causes = named.map { item in
      Cause(
        cause: item.cause.rawValue, posterior: item.posterior, because: text.because(item), next: text.next(item),
        step: step)
    }
    guard let cause = telling.settled(from: MysteryStage.threshold) else {
      return Conclusion(status: .inconclusive, causes: causes, inconclusive: open(named, text))
    }
    guard cause == .nothing else { return Conclusion(status: .determined, causes: causes) }
    let others = othersLimited
    guard others.isEmpty else {
      return Conclusion(
        status: .inconclusive, causes: causes, inconclusive: Reasons.onlyOthersLimited(others, in: posterior.design))
    }
    return Conclusion(status: .noLimitObserved, causes: causes)
  }

  /// Cells of the matrix that answered more often with a refusal than not.
  private var othersLimited: [Cell] {
    posterior.design.cells.dropFirst().filter { cell in
      let looks = posterior.looks.filter { $0.cell == cell.id }
      return !cell.isControl && 2 * looks.count { $0.outcome == .limited } > looks.count
    }
  }

  private var step: NextStep {
    let passed = posterior.design.cells.filter { cell in
      let looks = posterior.looks.filter { $0.cell == cell.id }
      return !looks.isEmpty && looks.allSatisfy { $0.outcome == .accepted }
    }
    return .reference(among: passed, of: posterior.design)
  }

  /// A set of causes, what would separate them, and when.
  private func open(_ named: [CauseEstimate.Ranked], _ text: MysteryText) -> Verdict.Inconclusive {
    let list = named.map { MysteryText.share($0) }.joined(separator: ", ")
    return Verdict.Inconclusive(
      because: "the reference is limited before any load, and so far this fits several causes: \(list); "
        + text.counts,
      steps: [step], more: Separation(causes: named, posterior: posterior, notebook: notebook).steps)
  }
}
