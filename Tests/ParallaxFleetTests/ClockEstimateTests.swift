internal import ParallaxFleet
internal import Testing

@Suite struct ClockEstimateTests {
  /// The agent's clock is 1,000 ahead; 10 out, 30 back, 5 to answer.
  @Test func oneExchangeBoundsTheOffset() {
    let estimate = ClockEstimate(sent: 0, received: 1_010, answered: 1_015, arrived: 45)
    #expect(estimate.offset == 990)
    #expect(estimate.halfTravel == 20)
    #expect(abs(estimate.offset - 1_000) <= estimate.bound(at: 45))
  }

  @Test(arguments: [0.0, 0.1, 0.5, 0.9, 1.0])
  func truthStaysWithinTheBoundHoweverUnevenTheWays(share: Double) {
    let travel = 40_000_000.0
    let out = Int64(travel * share)
    let truth: Int64 = -7_000_000
    let estimate = ClockEstimate(
      sent: 100, received: 100 + out + truth, answered: 100 + out + truth + 50, arrived: 100 + Int64(travel) + 50)
    #expect(abs(estimate.offset - Double(truth)) <= estimate.bound(at: 100 + Int64(travel) + 50) + 1)
  }

  @Test func aBetterExchangeReplacesAWorse() {
    var estimate = ClockEstimate(sent: 0, received: 100, answered: 100, arrived: 200)
    estimate.refine(with: ClockEstimate(sent: 1_000, received: 1_040, answered: 1_040, arrived: 1_020))
    #expect(estimate.halfTravel == 10)
    estimate.refine(with: ClockEstimate(sent: 2_000, received: 2_500, answered: 2_500, arrived: 2_900))
    #expect(estimate.halfTravel == 10)
    #expect(estimate.roundTrip == 20)
  }

  @Test func anOldExchangeIsReplacedOnceDriftExceedsIt() {
    var estimate = ClockEstimate(sent: 0, received: 5, answered: 5, arrived: 10)
    let hour: Int64 = 3_600_000_000_000
    estimate.refine(
      with: ClockEstimate(sent: hour, received: hour + 500_000, answered: hour + 500_000, arrived: hour + 1_000_000))
    #expect(estimate.taken == hour + 1_000_000)
    #expect(estimate.bound(at: hour + 1_000_000) == 500_000)
  }

  @Test func timesGoBothWays() {
    let estimate = ClockEstimate(sent: 0, received: 1_010, answered: 1_010, arrived: 20)
    #expect(estimate.agentTime(500) == 1_500)
    #expect(estimate.controllerTime(1_500) == 500)
  }
}
