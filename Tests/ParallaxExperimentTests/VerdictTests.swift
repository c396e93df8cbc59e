internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct VerdictTests {
  static let scopes: [DimensionSet] = [
    [], .ip, .account, .key, [.ip, .account], [.ip, .key], [.ip, .further(0)], [.further(0)],
  ]

  @Test(arguments: Rule.allCases, scopes)
  func `every scope under every algorithm`(rule: Rule, scope: DimensionSet) throws {
    let world = rule.world(scope: scope)
    let run = QuietTarget.run(world)
    #expect(run.conclusion.status == .determined)
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(limiter.scope == scope.names(further: world.design.dimensions))
    #expect(limiter.posterior >= 0.99)
    #expect(limiter.signature == QuietTarget.refusal)
    #expect(limiter.evidence.count == world.design.cells.count - 1)
    for evidence in limiter.evidence where evidence.relation != .unknown {
      let cell = try #require(world.design.cells.first { world.design.name(of: $0) == evidence.cell })
      #expect((evidence.relation == .shared) == scope.isDisjoint(with: cell.differs))
    }
  }

  @Test func `no limiter, no limit observed, and no more than the budget spent`() {
    let world = QuietTarget.world(TokenBucket(rate: 1e6, burst: 1e6), scope: [])
    let run = QuietTarget.run(world, budget: Budget(requests: 300, rate: 50, duration: 600))
    #expect(run.conclusion.status == .noLimitObserved)
    #expect(run.conclusion.limiters.isEmpty)
    #expect(run.requests <= 300)
  }

  @Test func `a limit on concurrency is one`() throws {
    let run = QuietTarget.run(QuietTarget.world(Concurrency(limit: 5), scope: .account, service: 0.8))
    #expect(run.conclusion.status == .determined)
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(limiter.scope == ["account"])
    #expect(limiter.kind == .concurrency)
    #expect(limiter.limit.map { $0.low <= 5 && 5 <= $0.high } == true)
  }

  @Test(arguments: [DimensionSet.ip, .account, .key]) func `a queue delays`(scope: DimensionSet) throws {
    let run = QuietTarget.run(QuietTarget.world(LeakyBucket(rate: 4, burst: 8), scope: scope))
    let limiter = try #require(run.conclusion.limiters.first)
    #expect(run.conclusion.status == .determined)
    #expect(limiter.scope == scope.names(further: []))
    #expect(limiter.algorithm.name == .queue)
  }

  @Test func `a small burst decides quickly and cheaply`() throws {
    // nginx: 60 a minute, nine more at once; the hosts are near.
    let world = QuietTarget.world(
      TokenBucket(rate: 1, burst: 10), scope: .key, roundTrips: [0.0005, 0.001], service: 0.0005, control: 0.01)
    let run = QuietTarget.run(world)
    #expect(run.conclusion.limiters.map(\.scope) == [["key"]])
    // Capacity, one denial, the refill of a hand-over, and 13 for triage, probes and controls.
    #expect(Double(run.requests) <= 1.6 * 25)
    #expect(run.scopeSeconds < 15)
  }

  @Test func `the same seed and world give the same run`() {
    let world = Rule.fastBucket.world(scope: .ip)
    let (first, second) = (QuietTarget.run(world), QuietTarget.run(world))
    #expect(first.conclusion == second.conclusion)
    #expect(first.requests == second.requests)
  }

  @Test func `a scope with ip names what looks the same`() throws {
    let limiter = try #require(QuietTarget.run(Rule.alignedWindow.world(scope: .ip)).conclusion.limiters.first)
    #expect(limiter.alternatives.contains { $0.contains("worker") })
    let other = try #require(QuietTarget.run(Rule.alignedWindow.world(scope: .key)).conclusion.limiters.first)
    #expect(other.alternatives.isEmpty)
  }
}
