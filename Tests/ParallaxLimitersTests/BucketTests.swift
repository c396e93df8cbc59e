internal import ParallaxLimiters
internal import Testing

@Suite("Rules with a rate, and concurrency")
struct BucketTests {
  @Test("Token bucket: the burst at once, then by the rate")
  func tokens() {
    let rule = TokenBucket(rate: 2, burst: 3)
    #expect(replay(rule, at: [0, 0, 0, 0, 0.4, 0.5, 0.6, 1, 10, 10, 10, 10]) == "111001011110")
  }

  @Test("Token bucket: rejected requests go into debt of at most half the burst")
  func debt() {
    let rule = TokenBucket(rate: 1, burst: 4, countsRejected: true)
    // Empty at 0; five denied leave −2, so that three seconds must pass until there is one token again.
    #expect(replay(rule, at: [0, 0, 0, 0, 0, 0, 0, 0, 0, 2.9]) == "1111000000")
    #expect(replay(rule, at: [0, 0, 0, 0, 0, 0, 0, 0, 0, 3]) == "1111000001")
  }

  @Test("A refill in many small steps is not lost to rounding")
  func rounding() {
    let rule = TokenBucket(rate: 0.1, burst: 1)
    let decisions = replay(rule, (0...1000).map { Offer(time: Double($0) * 0.1) })
    #expect(decisions.count { $0.allowed } == 11)
  }

  @Test("nginx limit_req: delays up to the burst, then denies; a denial leaves the state alone")
  func leakyQueue() {
    let rule = LeakyBucket(rate: 2, burst: 3)
    let decisions = replay(rule, [0, 0, 0, 0, 0, 0, 0.5].map { Offer(time: $0) })
    #expect(decisions.map(\.allowed) == [true, true, true, true, false, false, true])
    #expect(decisions.map(\.delay) == [0, 0.5, 1, 1.5, 0, 0, 1.5])
  }

  @Test("nginx nodelay decides as a token bucket whose burst is one larger")
  func equivalence() {
    let leaky = LeakyBucket(rate: 3, burst: 7, undelayed: .infinity)
    let tokens = TokenBucket(rate: 3, burst: 8)
    var random = SeededRandom(seed: 9)
    var time = 0.0
    let offers = (0..<500).map { _ -> Offer in
      time += random.chance(0.02) ? 5 : random.uniform(0, 0.4)
      return Offer(time: time)
    }
    let decisions = replay(leaky, offers)
    #expect(decisions.map(\.allowed) == replay(tokens, offers).map(\.allowed))
    #expect(decisions.allSatisfy { $0.delay == 0 })
    #expect(decisions.contains { !$0.allowed })
  }

  @Test("delay= lets so many pass at once before it delays")
  func partlyDelayed() {
    let rule = LeakyBucket(rate: 1, burst: 4, undelayed: 2)
    let decisions = replay(rule, Array(repeating: Offer(time: 0), count: 6))
    #expect(decisions.map(\.delay) == [0, 0, 0, 1, 2, 0])
    #expect(decisions.map(\.allowed) == [true, true, true, true, true, false])
  }

  @Test("Concurrency: a place is free again when a request ends")
  func concurrency() {
    #expect(replay(Concurrency(limit: 2), at: [0, 0.1, 0.2, 0.99, 1, 1.05, 1.1], service: 1) == "1100101")
  }

  @Test("Scaling changes the allowance, never below one request")
  func scaling() {
    #expect(FixedWindow(limit: 10, window: 60, alignment: .clock).scaled(by: 0.15).limit == 1)
    #expect(SlidingLog(limit: 10, window: 60).scaled(by: 0.01).limit == 1)
    #expect(SlidingCounter(limit: 10, window: 60).scaled(by: 8).limit == 80)
    #expect(TokenBucket(rate: 1, burst: 10).scaled(by: 0.5).burst == 5)
    #expect(TokenBucket(rate: 1, burst: 10).scaled(by: 0.5).rate == 0.5)
    #expect(Concurrency(limit: 3).scaled(by: 0.1).limit == 1)
  }
}
