internal import Glibc
internal import ParallaxInference
internal import ParallaxModel

/// Chooses the probes of a round by asking the posterior itself: if the best hypothesis is right and every probe comes
/// out as it predicts, which few probes carry its probability past the threshold?
///
/// Greedy: one after the other, always the cell that raises the probability most.
struct ProbePlanner {
  /// More than this in one round is better asked after the round was seen.
  static let most = 8
  /// A probe that raises the odds by less than this factor is not worth its request.
  static let leastOddsRatio = 1.15
  /// Whether beyond the threshold a further round is still cheap for what it adds: the odds grow at least so much.
  static let worthwhileOddsRatio = 2.5

  let estimate: ScopeEstimate
  let target: Double
  /// When the round would begin, seconds.
  let start: Double
  /// Tokens come back within a round: a separate cell is asked twice, since one success might be due to a token that
  /// came back.
  let isRefilling: Bool
  /// The bucket is full when a round begins: a sharing cell is asked once before it is drained too.
  let usesControls: Bool
  /// The round goes on from the last denial of the exhausted cell, without another one first.
  let goesOn: Bool
  /// Cells that were denied before while the reference was exhausted.
  let deniedBefore: Set<Int>

  func isWorthwhile(_ cells: [Int], _ posterior: inout ScopePosterior) -> Bool {
    let value = estimate.bestPattern.raw
    return cells.contains { cell in
      odds(probability(plan([cell]), &posterior)) >= Self.worthwhileOddsRatio * odds(value)
    }
  }

  func choose(from cells: [Int], _ posterior: inout ScopePosterior) -> RoundPlan {
    var chosen: [[Int]] = []
    var value = estimate.bestPattern.raw
    while chosen.joined().count < Self.most, value < target {
      var best: (group: [Int], value: Double, worth: Double)?
      for group in cells.flatMap(groups) where chosen.count(where: { $0[0] == group[0] }) < 2 {
        let imagined = probability(plan(of: chosen + [group]), &posterior)
        // In a bucket that refills, the exhausted cell follows every group.
        let worth = log(odds(imagined) / odds(value)) / Double(group.count + (isRefilling ? 1 : 0))
        if worth > best?.worth ?? 0 { best = (group, imagined, worth) }
      }
      guard let best, odds(best.value) >= Self.leastOddsRatio * odds(value) else { break }
      chosen.append(best.group)
      value = best.value
    }
    return plan(of: chosen)
  }

  /// A cell that is expected to be separate passes once by chance where tokens come back quickly, but hardly twice.
  private func groups(_ cell: Int) -> [[Int]] {
    isRefilling && !isShared(cell) ? [[cell], [cell, cell]] : [[cell]]
  }

  private func isShared(_ cell: Int) -> Bool { estimate.bestHypothesis.shared & (1 << CellMask(cell)) != 0 }

  func plan(_ cells: [Int]) -> RoundPlan { plan(of: cells.compactMap { groups($0).last }) }

  private func plan(of groups: [[Int]]) -> RoundPlan {
    var plan = RoundPlan()
    plan.groups = groups
    for cell in groups.map({ $0[0] }) where usesControls && isShared(cell) && deniedBefore.contains(cell) {
      if !plan.controls.contains(cell) { plan.controls.append(cell) }
    }
    return plan
  }

  private func odds(_ p: Double) -> Double { p / max(1e-12, 1 - p) }

  /// What the best hypothesis' probability would be if every probe came out as it predicts.
  func probability(_ plan: RoundPlan, _ posterior: inout ScopePosterior) -> Double {
    let denials = estimate.expectedDenials(of: plan.probes, at: start)
    var time = start
    var trials = [Trial(time: time, cell: 0, limited: true)]
    var index = 0
    for group in plan.groups {
      for cell in group {
        time += 0.012
        trials.append(Trial(time: time, cell: cell, limited: denials[index]))
        index += 1
      }
      if isRefilling { trials.append(Trial(time: time + 0.012, cell: 0, limited: true)) }
    }
    trials.append(Trial(time: time + 0.024, cell: 0, limited: true))
    return posterior.probability(
      ofAllLike: estimate.bestHypothesis, after: Segment(opening: trials[0], trials: trials, goesOn: goesOn),
      rested: plan.controls.map { Trial(time: start, cell: $0, limited: false) })
  }
}
