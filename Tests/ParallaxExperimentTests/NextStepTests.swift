internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct NextStepTests {
  @Test func `the sentence of an inconclusive result is made from its steps`() {
    let steps: [NextStep] = [.raiseDuration(to: 432_000), .addKey(account: "A")]
    let reason = Verdict.Inconclusive(because: "of x", steps: steps)
    #expect(reason.steps == steps)
    #expect(reason.toSettle.contains("budget.duration to 5d") && reason.toSettle.contains("account A"))
  }

  @Test func `a bucket that is smaller than what triage asks is settled by waiting for it`() {
    let run = QuietTarget.run(QuietTarget.world(TokenBucket(rate: 0.1, burst: 3), scope: .account))
    #expect(run.conclusion.limiters.map(\.scope) == [["account"]])
  }

  @Test func `a daily quota that triage has spent asks for more time, and gets it`() throws {
    let world = QuietTarget.world(
      FixedWindow(limit: 6, window: 86_400, alignment: .clock, countsRejected: false), scope: .account)
    let first = QuietTarget.run(world)
    let steps = try #require(first.conclusion.inconclusive?.steps)
    #expect(steps.contains(.raiseDuration(to: 5 * 86_400)))
    var again = try #require(first.world.following(steps))
    _ = again.perform(.wait(seconds: 86_400, reason: "the quota's day ends"))
    again.renewBudget(again.budget)
    let second = QuietTarget.run(again).conclusion
    #expect(second.limiters.map(\.scope) == [["account"]], "\(String(describing: second.inconclusive))")
  }
}
