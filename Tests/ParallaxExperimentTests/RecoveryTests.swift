internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct RecoveryTests {
  /// With time for parameters and for further limiters.
  private static func thorough(_ world: SimulatedWorld, seed: UInt64) -> ExperimentConfiguration {
    ExperimentConfiguration(budget: world.budget, seed: seed, recoverySeconds: 150, peelSeconds: 600)
  }

  @Test(arguments: [
    (Rule.alignedWindow, Limiter.AlgorithmName.fixedWindow), (.anchoredWindow, .fixedWindow),
    (.slidingLog, .slidingLog), (.slowBucket, .tokenBucket), (.fastBucket, .tokenBucket),
  ])
  func `the algorithm shows in how the limit recovers`(_ c: (rule: Rule, name: Limiter.AlgorithmName)) throws {
    let run = QuietTarget.run(c.rule.world(scope: .key), recoverySeconds: 150)
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(limiter.algorithm.name == c.name)
    #expect(limiter.algorithm.posterior > 0.8)
    let capacity = try #require(limiter.burst ?? limiter.limit)
    let truth = c.name == .tokenBucket ? 20.0 : 40.0
    #expect(capacity.low - 1 <= truth && truth <= capacity.high + 1)
  }

  /// After so long a silence a bucket would hold a part of what a window gives back: only asking for more tells them apart.
  @Test func `a window that refused requests keep closed is told from a bucket in debt`() throws {
    let world = QuietTarget.world(SlidingLog(limit: 90, window: 60, countsRejected: true), scope: .key)
    let limiter = try #require(QuietTarget.run(world, recoverySeconds: 150).conclusion.limiters.first)
    #expect(limiter.algorithm.name == .slidingLog)
    #expect(limiter.algorithm.posterior > 0.8)
    #expect(limiter.countsRejected == true)
  }

  /// In these worlds everything came back at once, or other answers left two algorithms open.
  @Test(arguments: [930_781, 931_955, 932_902, 934_970, 939_792, 940_123] as [UInt64])
  func `a limit filled in two parts gives away its algorithm`(seed: UInt64) throws {
    let world = SimulatedWorld.generate(seed: seed)
    let run = SimulatedRun(
      on: world, configuration: ExperimentConfiguration(budget: world.budget, seed: seed, recoverySeconds: 150))
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(limiter.algorithm.name == world.truth.limiters[0].algorithm)
    #expect(limiter.algorithm.posterior > 0.99)
  }

  @Test func `a limit that does not recover in time leaves the algorithm unknown, but not what it held`() throws {
    let run = QuietTarget.run(Rule.hourly.world(scope: .key), recoverySeconds: 30)
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(limiter.algorithm.name == .unknown)
    #expect(limiter.window == nil)
    #expect(limiter.limit.map { $0.low <= 100 && 100 <= $0.high } == true)
  }

  @Test func `a slower limiter beneath the first is found`() {
    let signatures = [QuietTarget.refusal, Signature(status: 403, body: "json quota", layer: .application)]
    let layers = [
      LimiterModel(
        rule: TokenBucket(rate: 8, burst: 12),
        traits: LimiterModel.Traits(scope: Scope(.ip), signature: signatures[0])),
      LimiterModel(
        rule: FixedWindow(limit: 150, window: 3600, alignment: .clock, countsRejected: false),
        traits: LimiterModel.Traits(scope: Scope(.account), signature: signatures[1])),
    ]
    let run = QuietTarget.run(
      .quiet(LimiterStack(layers: layers)), recoverySeconds: 60, peelSeconds: 300)
    #expect(run.conclusion.limiters.map(\.scope) == [["ip"], ["account"]])
    #expect(run.conclusion.limiters.map(\.signature) == signatures)
  }

  /// The slower limiter refused before the scope of the first was clear.
  @Test(arguments: [930_902, 932_411, 934_848, 937_352, 939_122] as [UInt64])
  func `a limiter that a slower one hid is found when that one has reset`(seed: UInt64) {
    let world = SimulatedWorld.generate(seed: seed)
    let run = SimulatedRun(on: world, configuration: Self.thorough(world, seed: seed))
    let scopes = world.truth.limiters.prefix(2).map { $0.scope.names(further: world.design.dimensions) }
    #expect(Set(scopes).isSubset(of: run.conclusion.limiters.map(\.scope)))
    #expect(world.truth.judge(run.conclusion, in: world.design) == .correct)
  }

  /// What the slower limiter refused is not taken for the first one's doing.
  @Test func `the parameters of a limiter that was hidden are its own`() throws {
    let world = SimulatedWorld.generate(seed: 930_902)
    let run = SimulatedRun(on: world, configuration: Self.thorough(world, seed: 930_902))
    let first = try #require(run.conclusion.limiters.first)
    let truth = world.truth.limiters[0]
    #expect(first.scope == truth.scope.names(further: world.design.dimensions))
    #expect(first.burst.map { abs($0.value - truth.capacity) <= 2 } == true)
  }

  @Test(arguments: [true, false]) func `the slower limiter's verdict stands where its reset is not seen`(
    isStopped: Bool
  ) {
    var world = SimulatedWorld.generate(seed: 934_848)
    var experiment = Experiment(design: world.design, configuration: Self.thorough(world, seed: 934_848))
    var step = experiment.next(nil)
    var waits = 0
    while case .perform(let directive, let label) = step {
      var report = world.perform(directive)
      if label.hasPrefix("the first limiter again") {
        waits += 1
        report.samples = []
        if isStopped { report.stopped = "stopped" } else { report.lostVantages = [0] }
      }
      step = experiment.next(report)
    }
    #expect(waits == 1)
    guard case .finished(let conclusion) = step else { return }
    #expect(conclusion.status == .determined)
    #expect(conclusion.limiters.map(\.scope) == [["account"]])
  }
}
