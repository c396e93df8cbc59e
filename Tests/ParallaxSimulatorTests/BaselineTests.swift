internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Baselines, and the test they use")
struct BaselineTests {
  @Test("Fisher's exact test: worked numbers")
  func fisher() {
    // The lady tasting tea: all four right has one chance in seventy.
    #expect(abs(FisherExactTest.surplus(4, 0, 0, 4) - 1.0 / 70) < 1e-12)
    #expect(abs(FisherExactTest.surplus(3, 1, 1, 3) - 17.0 / 70) < 1e-12)
    #expect(abs(FisherExactTest.surplus(8, 2, 1, 9) - 0.002737) < 1e-5)
    #expect(abs(FisherExactTest.surplus(0, 10, 0, 10) - 1) < 1e-12)
    #expect(abs(FisherExactTest.surplus(10, 0, 10, 0) - 1) < 1e-12)
    #expect(FisherExactTest.surplus(10, 0, 0, 10) < 1e-5)
  }

  static let basic: [DimensionSet] = [[], .ip, .account, .key, [.ip, .account], [.ip, .key]]

  func world(_ scope: DimensionSet) -> SimulatedWorld {
    let signature = Signature(status: 429)
    let rule = FixedWindow(limit: 60, window: 30, alignment: .firstRequest)
    let limiter = Truth.Limiter(
      scope: scope, algorithm: .fixedWindow, signature: signature, capacity: 60, window: 30, rate: 2)
    return .quiet(
      LimiterStack(layers: [LimiterModel(rule: rule, traits: .init(scope: Scope(scope), signature: signature))]),
      truth: Truth(kind: .single, limiters: [limiter]))
  }

  @Test("In a quiet world the curl loop finds what one request each can find", arguments: basic)
  func curlLoop(scope: DimensionSet) {
    #expect(Baseline.curlLoop.run(on: world(scope), seed: 1).judgement == .correct)
  }

  @Test("In a quiet world one factor at a time is right, at several times the price", arguments: basic)
  func oneFactor(scope: DimensionSet) {
    let result = Baseline.oneFactorAtATime.run(on: world(scope), seed: 1)
    #expect(result.judgement == .correct)
    #expect(result.requests > 3 * 60)
  }

  @Test("A loop stops at the first denial and sends no more than it is told")
  func loop() {
    var one = world(.ip)
    let report = one.loop(cell: 0)
    #expect(report.samples.count == 61 && one.requestsSent == 61)
    var many = world(.ip)
    #expect(many.loop(cell: 0, atOnce: 8, untilDenied: 3).samples.count <= 60 + 3 + 8)
    var none = SimulatedWorld.quiet(LimiterStack(layers: []))
    #expect(none.loop(cell: 0, maxRequests: 50).samples.count == 50)
  }
}
