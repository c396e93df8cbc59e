internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator

/// What came of one world whose design was not complete.
struct DegradedResult: Sendable {
  var degradation: Degradation
  var judgement: Judgement
  /// Whether the true scope is among those that an inconclusive result names.
  var namesTruth: Bool
  /// Whether the design with more in it gave the right answer.
  var settled: Bool

  init(_ degradation: Degradation, seed: UInt64) {
    self.degradation = degradation
    let world = SimulatedWorld.generate(seed: seed, degradation: degradation)
    let run = SimulatedRun(on: world, configuration: Trial.configuration(world, seed: seed))
    judgement = world.truth.judge(run.conclusion, in: world.design)
    let because = run.conclusion.inconclusive?.because ?? ""
    namesTruth = world.truth.limiters.contains { limiter in
      because.contains(" \(ScopeName.of(limiter.scope, further: world.design.dimensions)) (")
    }
    settled =
      judgement == .inconclusive
      && FollowedAdvice.settles(run, seed: seed)
  }
}

/// Verdicts where one vantage, one key or one account is all there is, or a vantage is lost midway.
enum DegradedTable {
  static func table(_ results: [DegradedResult]) -> TextTable {
    var table = TextTable(
      title: "Designs that are not complete (worlds with one limiter)",
      header: ["design", "worlds", "correct", "wrong", "inconcl.", "missed", "names the truth", "settled by the step"])
    for degradation in Degradation.allCases {
      let own = results.filter { $0.degradation == degradation }
      let open = own.filter { $0.judgement == .inconclusive }
      let counts = [Judgement.correct, .wrong, .inconclusive, .missed].map { judgement in
        "\(own.count { $0.judgement == judgement })"
      }
      table.rows.append(
        [degradation.rawValue, "\(own.count)"] + counts
          + ["\(open.count(where: \.namesTruth))/\(open.count)", "\(open.count(where: \.settled))/\(open.count)"])
    }
    return table
  }
}
