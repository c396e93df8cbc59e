internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

/// While the limit recovers, the scope is checked once more: these worlds were given wrong verdicts before it was.
@Suite struct CrossCheckTests {
  private static func judgement(_ seed: UInt64, _ kind: WorldKind?) -> (Judgement, Conclusion) {
    let world = SimulatedWorld.generate(seed: seed, kind: kind)
    let run = SimulatedRun(
      on: world,
      configuration: ExperimentConfiguration(
        budget: world.budget, seed: seed, recoverySeconds: 150, peelSeconds: 600))
    return (world.truth.judge(run.conclusion, in: world.design), run.conclusion)
  }

  @Test(arguments: [661_659, 662_699, 667_539, 621_939] as [UInt64])
  func `an account on a lower tier is not taken for one that shares`(seed: UInt64) {
    #expect(Self.judgement(seed, .lowerTier).0 != .wrong)
  }

  @Test(arguments: [864_299, 866_859, 871_819, 891_499, 906_659] as [UInt64])
  func `an account whose small allowance is spent is not taken for one that shares`(seed: UInt64) {
    #expect(Self.judgement(seed, .lowerTier).0 != .wrong)
  }

  @Test(arguments: [862_834, 870_714, 893_874, 897_594, 927_274] as [UInt64])
  func `a cell that an outage had denied is not taken for one that shares`(seed: UInt64) {
    #expect(Self.judgement(seed, .outage).0 != .wrong)
  }

  @Test(arguments: [610_454, 611_974, 613_934, 676_814, 683_414, 621_374, 627_174, 629_534] as [UInt64])
  func `a cheaper path is not taken for one with a limit of its own`(seed: UInt64) {
    #expect(Self.judgement(seed, .cheaperPath).0 != .wrong)
  }

  @Test(arguments: [687_474, 688_554, 690_114] as [UInt64])
  func `an outage that ended while the limit was closed is not taken for everyone`(seed: UInt64) {
    #expect(Self.judgement(seed, .outage).0 != .wrong)
  }

  @Test(arguments: [651_634, 659_114, 668_074, 672_274, 656_914, 660_474] as [UInt64])
  func `an outage before the reference's own limit is not taken for everyone`(seed: UInt64) {
    #expect(Self.judgement(seed, .outage).0 != .wrong)
  }

  @Test(arguments: [651_447, 651_880] as [UInt64])
  func `a dearer path of its own is not taken for one that shares and costs less`(seed: UInt64) {
    #expect(Self.judgement(seed, nil).0 != .wrong)
  }

  @Test(arguments: [620_321, 626_780] as [UInt64])
  func `a bucket that others use is not taken for two limiters`(seed: UInt64) {
    #expect(Self.judgement(seed, nil).0 != .wrong)
  }

  @Test(arguments: [667_814, 668_334] as [UInt64])
  func `a price of the first limiter is not taken for a second`(seed: UInt64) {
    #expect(Self.judgement(seed, .cheaperPath).0 == .correct)
  }

  @Test(arguments: [822_076, 826_103, 826_751, 828_101] as [UInt64])
  func `what came back while the controller went to another host is not taken for a bucket of its own`(seed: UInt64) {
    #expect(Self.judgement(seed, nil).0 == .correct)
  }

  @Test func `whoever contradicts the rounds is named`() throws {
    let (judgement, conclusion) = Self.judgement(662_699, .lowerTier)
    #expect(judgement == .inconclusive)
    let reason = try #require(conclusion.inconclusive)
    #expect(reason.because.contains("while the limit recovered"), "\(reason.because)")
    #expect(!reason.steps.isEmpty)
  }

  /// What is cross-checked must not cost verdicts where nothing is the matter.
  @Test func `a plain limiter keeps its verdict`() {
    let seeds: [UInt64] = [610_186, 610_226, 610_421, 611_112, 612_507, 612_836]
    for seed in seeds { #expect(Self.judgement(seed, .single).0 == .correct, "seed \(seed)") }
  }
}
