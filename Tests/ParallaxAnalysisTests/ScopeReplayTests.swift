internal import ParallaxAnalysis
internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct ScopeReplayTests {
  @Test(arguments: [[], .ip, .key, .account, [.ip, .key], [.ip, .account]] as [DimensionSet])
  func `the replayed posterior grows towards the verdict`(scope: DimensionSet) throws {
    let run = SimulatedTarget.run(FixedWindow(limit: 20, window: 60, alignment: .firstRequest), scope: scope)
    #expect(run.verdict?.status == .determined)
    let moments = ScopeReplay(run).moments
    let last = try #require(moments.last)
    #expect(last.answers.first?.scopes == [scope.names(further: run.design.dimensions)])
    // The repetition that confirms *everyone* is not replayed.
    #expect(last.answers[0].posterior > (scope.isEmpty ? 0.9 : 0.985))
    #expect(zip(moments, moments.dropFirst()).allSatisfy { $0.requests <= $1.requests && $0.time <= $1.time })
    #expect(last.requests <= run.observations.count)
    for (cell, shared) in zip(run.design.cells, last.shared) {
      #expect((shared > 0.5) == scope.isDisjoint(with: cell.differs), "\(cell.label) \(shared)")
    }
  }

  @Test func `the first moment is less certain than the last`() throws {
    let run = SimulatedTarget.run(FixedWindow(limit: 20, window: 60, alignment: .firstRequest), scope: .account)
    let moments = ScopeReplay(run).moments
    let first = try #require(moments.first)
    let last = try #require(moments.last)
    #expect(moments.count >= 3)
    #expect(first.answers[0].posterior < last.answers[0].posterior)
  }

  @Test func `without a refusal there is nothing to replay`() {
    let run = SimulatedTarget.run(TokenBucket(rate: 1e6, burst: 1e6), scope: [], requests: 120)
    #expect(ScopeReplay(run).moments.isEmpty)
    #expect(BucketHistory(run) == nil)
  }
}

@Suite struct BucketHistoryTests {
  @Test func `only cells of the drained bucket count`() throws {
    let run = SimulatedTarget.run(FixedWindow(limit: 20, window: 60, alignment: .firstRequest), scope: .account)
    let history = try #require(BucketHistory(run))
    let accounts = Set(history.requests.map { run.design.cells[$0.cell].account })
    #expect(accounts == [run.design.reference.account])
    let drained = try #require(history.drained)
    #expect(history.requests[..<drained].count { $0.admitted } == 20)
    #expect(!history.requests[drained].admitted)
  }

  @Test func `a fit that is right decides as the limiter did, and a wrong one does not`() throws {
    let run = SimulatedTarget.run(
      FixedWindow(limit: 20, window: 10, alignment: .firstRequest), scope: .key, recover: 40)
    let history = try #require(BucketHistory(run))
    var limiter = try #require(run.verdict?.limiters.first)
    limiter.algorithm = Limiter.Algorithm(name: .fixedWindow, posterior: 1)
    limiter.limit = Estimate(value: 20, low: 20, high: 20)
    limiter.window = Estimate(value: 10, low: 10, high: 10)
    let right = try #require(FitReplay(limiter, history))
    #expect(Double(right.agreeing) >= 0.95 * Double(history.requests.count))
    limiter.window = Estimate(value: 120, low: 120, high: 120)
    let wrong = try #require(FitReplay(limiter, history))
    #expect(wrong.agreeing < right.agreeing)
    limiter.window = nil
    #expect(FitReplay(limiter, history) == nil)
  }

  @Test func `what came back is counted from the refusal on`() throws {
    let run = SimulatedTarget.run(
      FixedWindow(limit: 20, window: 10, alignment: .firstRequest), scope: .key, recover: 40)
    let regained = try #require(BucketHistory(run)).regained
    #expect(regained.first?.count == 0)
    #expect(regained.first?.seconds == 0)
    #expect(try #require(regained.last).count >= 2)
  }
}
