internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct DegradedDesignTests {
  private func run(_ extent: WorldDesign.Extent, scope: DimensionSet) -> SimulatedRun {
    QuietTarget.run(
      QuietTarget.world(
        FixedWindow(limit: 40, window: 60, alignment: .firstRequest, countsRejected: false), scope: scope,
        extent: extent, roundTrips: Array(repeating: 0.05, count: extent.vantages)))
  }

  @Test func `with one vantage the scopes with and without ip remain`() throws {
    let run = run(WorldDesign.Extent(vantages: 1), scope: .key)
    #expect(run.conclusion.status == .inconclusive)
    let reason = try #require(run.conclusion.inconclusive)
    #expect(reason.because.contains("key") && reason.because.contains("ip+key"))
    #expect(!reason.because.contains("account ("))
    #expect(reason.toSettle.contains("host"))
  }

  @Test func `with one account, everyone and account remain`() throws {
    let run = run(WorldDesign.Extent(accounts: 1), scope: .account)
    #expect(run.conclusion.status == .inconclusive)
    let reason = try #require(run.conclusion.inconclusive)
    #expect(reason.because.contains("everyone") && reason.because.contains("account"))
    #expect(reason.toSettle.contains("account"))
  }

  @Test func `what a smaller design can decide, it decides`() {
    let run = run(WorldDesign.Extent(vantages: 2, keys: 1, accounts: 2), scope: [.ip])
    #expect(run.conclusion.limiters.map(\.scope) == [["ip"]])
    #expect(run.conclusion.status == .determined)
  }

  @Test func `a vantage that is lost midway leaves a reason that names it`() throws {
    let world = Rule.alignedWindow.world(scope: .account)
    let run = QuietTarget.run(world.losing(vantage: 1, at: world.now + 3))
    #expect(run.conclusion.status == .inconclusive)
    let reason = try #require(run.conclusion.inconclusive)
    #expect(reason.because.contains(world.design.vantages[1].name))
    #expect(reason.toSettle.contains(world.design.vantages[1].name))
  }

  @Test func `losing the reference's vantage ends it`() throws {
    let world = Rule.alignedWindow.world(scope: .account)
    let run = QuietTarget.run(world.losing(vantage: 0, at: world.now + 2.5))
    #expect([.inconclusive, .aborted, .noLimitObserved].contains(run.conclusion.status))
    #expect(run.conclusion.limiters.allSatisfy { $0.posterior < 0.99 })
  }
}
