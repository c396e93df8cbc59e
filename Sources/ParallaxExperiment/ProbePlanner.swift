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

  let estimate: ScopeEstimate
  let threshold: Double
  /// When the round would begin, seconds.
  let start: Double

  /// Whether beyond the threshold a further round is still cheap for what it adds: the odds grow at least so much.
  static let worthwhileOddsRatio = 2.5

  func isWorthwhile(_ cells: [Int], copies: Int, _ posterior: inout ScopePosterior) -> Bool {
    let value = estimate.bestPattern.raw
    return cells.contains {
      odds(probability([$0], copies: copies, &posterior)) >= Self.worthwhileOddsRatio * odds(value)
    }
  }

  /// - Parameter copies: how often each probe is sent in a row.
  func choose(from cells: [Int], copies: Int, _ posterior: inout ScopePosterior) -> [Int] {
    var chosen: [Int] = []
    var value = estimate.bestPattern.raw
    while chosen.count < Self.most, value < target {
      var best: (cell: Int, value: Double)?
      for cell in cells where chosen.count(where: { $0 == cell }) < 2 {
        let imagined = probability(chosen + [cell], copies: copies, &posterior)
        if imagined > best?.value ?? 0 { best = (cell, imagined) }
      }
      guard let best, odds(best.value) >= Self.leastOddsRatio * odds(value) else { break }
      chosen.append(best.cell)
      value = best.value
    }
    return chosen
  }

  private var target: Double { threshold }

  private func odds(_ p: Double) -> Double { p / max(1e-12, 1 - p) }

  private func probability(_ cells: [Int], copies: Int, _ posterior: inout ScopePosterior) -> Double {
    let probes = cells.flatMap { Array(repeating: $0, count: copies) }
    let denials = estimate.expectedDenials(of: probes, at: start)
    var time = start
    var trials = [Trial(time: time, cell: 0, limited: true)]
    for (index, cell) in probes.enumerated() {
      time += 0.012
      trials.append(Trial(time: time, cell: cell, limited: denials[index]))
      if copies > 1, index % copies == copies - 1 {
        trials.append(Trial(time: time + 0.012, cell: 0, limited: true))
      }
    }
    trials.append(Trial(time: time + 0.024, cell: 0, limited: true))
    return posterior.probability(
      ofPattern: estimate.bestHypothesis.pattern, after: Segment(opening: trials[0], trials: trials))
  }
}
