internal import ParallaxAgent
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// The clock is an argument, so nothing here waits.
@Suite struct GovernorTests {
  private static let second: Int64 = 1_000_000_000

  private func governor(
    requests: Int = 1000, rate: Double = 1000, duration: Double = 100, ceiling: Ceiling = Ceiling(), granted: Int = 1000
  ) -> Governor {
    var governor = Governor(budget: Budget(requests: requests, rate: rate, duration: duration), ceiling: ceiling)
    governor.renew(Lease(granted: granted, validForMilliseconds: 10_000), at: 0)
    return governor
  }

  private func admit(_ governor: inout Governor, at now: Int64) -> Refusal? { governor.admit(at: now) }

  @Test(arguments: [
    (0, 0), (1, 1_000_000), (200, 200_000_000), (10_000, 10 * second), (3_600_000, 10 * second), (-5, 0),
  ])
  func aLeaseLivesAsLongAsItSaysAndNeverLongerThanTenSeconds(milliseconds: Int, lifetime: Int64) {
    var governor = Governor(budget: Budget())
    #expect(admit(&governor, at: 0) == .leaseExpired)
    governor.renew(Lease(granted: 10, validForMilliseconds: milliseconds), at: Self.second)
    if lifetime > 0 { #expect(governor.standing(at: Self.second + lifetime - 1) == nil) }
    #expect(governor.standing(at: Self.second + lifetime) == .leaseExpired)
    #expect(admit(&governor, at: Self.second + lifetime) == .leaseExpired)
    #expect(governor.charged == 0)
  }

  @Test func grantsAreCumulativeAndTheLatestCounts() {
    var governor = governor(granted: 3)
    #expect((0..<5).map { governor.admit(at: $0) } == [nil, nil, nil, .leaseSpent, .leaseSpent])
    governor.renew(Lease(granted: 4, validForMilliseconds: 1000), at: 10)
    #expect((10..<12).map { governor.admit(at: $0) } == [nil, .leaseSpent])
    governor.renew(Lease(granted: 2, validForMilliseconds: 1000), at: 20)
    #expect(admit(&governor, at: 20) == .leaseSpent)
    #expect(governor.charged == 4)
  }

  @Test func budgetsBindBelowAnyLease() {
    var few = governor(requests: 2)
    #expect((0..<3).map { few.admit(at: $0) } == [nil, nil, .budgetSpent])
    var short = governor(duration: 2)
    // Measured from the first request, not from the start of the session.
    #expect(admit(&short, at: 3 * Self.second) == nil)
    #expect(admit(&short, at: 5 * Self.second) == nil)
    #expect(admit(&short, at: 5 * Self.second + 1) == .duration)
  }

  @Test func theCeilingBindsAboveAnyBudget() {
    var ceiling = Ceiling()
    #expect(ceiling.requests == 1_000_000 && ceiling.rate == 50_000)
    ceiling.requests = 3
    var governor = governor(ceiling: ceiling)
    #expect((0..<4).map { governor.admit(at: $0) } == [nil, nil, nil, .ceiling])
    ceiling.requests = 100
    ceiling.rate = 2
    governor = self.governor(ceiling: ceiling)
    #expect((0..<4).map { governor.admit(at: $0) } == [nil, nil, nil, .ceiling])
  }

  @Test func abortIsForGood() {
    var governor = governor()
    #expect(admit(&governor, at: 0) == nil)
    governor.abort()
    governor.renew(Lease(granted: 1000, validForMilliseconds: 1000), at: 1)
    #expect(admit(&governor, at: 2) == .aborted && governor.standing(at: 2) == .aborted)
  }

  @Test(arguments: [(50.0, 51), (1, 2), (0.5, 2), (2.5, 3), (0, 0)])
  func aBurstIsOneSecondsWorthAndOne(rate: Double, burst: Int) {
    var bucket = RateBucket(rate: rate)
    #expect((0..<100).count { _ in bucket.take(at: 7) } == burst)
  }

  @Test func pacingExactlyAtTheRateIsNeverRefusedForItsJitter() {
    var bucket = RateBucket(rate: 50)
    let refused = (0..<5000).count { index in
      let jitter = Int64(index * 7919 % 16) * 1_000_000
      return !bucket.take(at: Int64(index) * 20_000_000 + jitter)
    }
    #expect(refused == 0)
  }

  @Test(arguments: [0.5, 1, 7, 50, 999]) func noIntervalSeesMoreThanItsShare(rate: Double) {
    var bucket = RateBucket(rate: rate)
    var admitted: [Int64] = []
    for index in 0..<20_000 {
      let now = Int64(index) * 1_000_000
      if bucket.take(at: now) { admitted.append(now) }
    }
    #expect(admitted.count > Int(rate * 19))
    for first in stride(from: 0, to: admitted.count, by: 7) {
      for last in stride(from: first, to: admitted.count, by: 11) {
        let seconds = Double(admitted[last] - admitted[first]) / 1e9
        #expect(Double(last - first + 1) <= rate * seconds + max(1, rate) + 1.000_001)
      }
    }
  }

  @Test func aClockThatStandsStillEarnsNothing() {
    var bucket = RateBucket(rate: 1)
    #expect([100, 100, 100, 50].map { bucket.take(at: $0) } == [true, true, false, false])
  }
}

@Suite struct AllotmentTests {
  @Test(arguments: UInt64(1)...20) func noCellGetsMoreThanItsAllotment(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var governor = Governor(budget: Budget(requests: 10_000, rate: 50_000, duration: 100))
    let allotments = (0..<5).map { Lease.Allotment(cell: $0, granted: Int.random(in: 0...40, using: &generator)) }
    governor.renew(Lease(granted: 100, validForMilliseconds: 10_000, allotments: allotments), at: 0)
    var admitted: [Int: Int] = [:]
    for _ in 0..<1000 {
      // The last one is not among them.
      let cell = Int.random(in: 0...5, using: &generator)
      switch governor.admit(cell: cell, at: 1) {
      case nil: admitted[cell, default: 0] += 1
      case .allotmentSpent: #expect(cell == 5 || admitted[cell, default: 0] == allotments[cell].granted)
      case .leaseSpent: #expect(governor.charged == 100)
      case let other: Issue.record("\(String(describing: other))")
      }
    }
    #expect(admitted[5] == nil)
    #expect(admitted.values.reduce(0, +) == min(100, allotments.map(\.granted).reduce(0, +)))
  }

  @Test func aLaterLeaseCountsWhatWasSpentBefore() {
    var governor = Governor(budget: Budget(requests: 100, rate: 1000, duration: 100))
    governor.renew(Lease(granted: 10, validForMilliseconds: 1000, allotments: [.init(cell: 7, granted: 1)]), at: 0)
    #expect(governor.admit(cell: 7, at: 1) == nil)
    #expect(governor.admit(cell: 7, at: 2) == .allotmentSpent)
    governor.renew(Lease(granted: 10, validForMilliseconds: 1000, allotments: [.init(cell: 7, granted: 2)]), at: 3)
    #expect(governor.admit(cell: 7, at: 4) == nil)
    #expect(governor.admit(cell: 7, at: 5) == .allotmentSpent)
    governor.renew(Lease(granted: 10, validForMilliseconds: 1000), at: 6)
    #expect(governor.admit(cell: 7, at: 7) == nil)
  }
}
