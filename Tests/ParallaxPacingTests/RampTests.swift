internal import ParallaxModel
internal import ParallaxPacing
internal import Testing

/// A token bucket that refuses, delays (a queue) or stays silent when it is empty.
private final class TokenBucket {
  let burst: Double
  let rate: Double
  let refusal: Reading
  private var level: Double
  private var last = 0.0

  init(burst: Double, rate: Double, refusal: Reading = .limited(Signature(status: 429))) {
    self.burst = burst
    self.rate = rate
    self.refusal = refusal
    level = burst
  }

  func take(at time: Double) -> (reading: Reading, extraLatency: Double) {
    level = min(burst, level + (time - last) * rate)
    last = time
    guard level >= 1 else { return (refusal, refusal == .void(.silence) ? 0.5 : 0) }
    level -= 1
    return (.passed, 0)
  }
}

@Suite struct RampTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var burst: Double
    var rate: Double
    var roundTrip: Double
    var refusal = Reading.limited(Signature(status: 429))
    var expected: RampOutcome.Saturation
    /// Requests that suffice.
    var atMost: Int
  }

  @Test(arguments: [
    Case(testDescription: "slow bucket, near", burst: 10, rate: 0.5, roundTrip: 0.001, expected: .hard, atMost: 13),
    Case(testDescription: "slow bucket, far", burst: 10, rate: 0.5, roundTrip: 0.1, expected: .hard, atMost: 18),
    Case(testDescription: "window of 200", burst: 200, rate: 0, roundTrip: 0.04, expected: .hard, atMost: 207),
    Case(testDescription: "fast bucket", burst: 15, rate: 10, roundTrip: 0.01, expected: .leaky, atMost: 40),
    Case(testDescription: "no limit in sight", burst: 1e9, rate: 0, roundTrip: 0.01, expected: .none, atMost: 500),
    Case(
      testDescription: "drops", burst: 12, rate: 0, roundTrip: 0.01, refusal: .void(.silence), expected: .hard,
      atMost: 26),
    Case(
      testDescription: "resets", burst: 12, rate: 0, roundTrip: 0.01, refusal: .void(.reset), expected: .hard,
      atMost: 18),
  ])
  func `finds and confirms a limit`(_ c: Case) {
    let bucket = TokenBucket(burst: c.burst, rate: c.rate, refusal: c.refusal)
    var driver = RampDriver(.usual(roundTrip: c.roundTrip), roundTrip: c.roundTrip)
    driver.run(bucket.take)
    #expect(driver.ramp.outcome.saturation == c.expected)
    #expect(driver.sent.count <= c.atMost)
    #expect((driver.ramp.outcome.firstDenial == nil) == (c.expected == .none))
  }

  @Test func `a queue shows as delay`() {
    var backlog = 0.0
    var last = 0.0
    var driver = RampDriver(.usual(), roundTrip: 0.02)
    driver.run { time in
      backlog = max(0, backlog - (time - last) * 2) + 1
      last = time
      return (.passed, backlog / 2)
    }
    #expect(driver.ramp.outcome.saturation != .none)
    #expect(driver.sent.count < 40)
  }

  @Test func `the lead tells how fast tokens return`() throws {
    var driver = RampDriver(.usual(roundTrip: 0.01), roundTrip: 0.01)
    driver.run(TokenBucket(burst: 15, rate: 10).take)
    let lead = try #require(driver.ramp.outcome.lead)
    #expect((2...8).contains(lead))
    #expect((5...25).contains(driver.ramp.outcome.admittedRate))
  }

  @Test func `never faster than the cap, and no faster than the climb allows`() {
    var driver = RampDriver(.usual(maxRequests: 300, rateCap: 50, roundTrip: 0.5), roundTrip: 0.5)
    driver.run { _ in (.passed, 0) }
    let gaps = zip(driver.sent, driver.sent.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { $0 >= 0.02 - 1e-9 })
    #expect(gaps[0] > 0.025, "slower at first than the cap")
    #expect(driver.sent.count == 300)
  }

  @Test func `a fixed pace is kept, and three denials in a row suffice`() {
    var driver = RampDriver(.usual(pace: 2), roundTrip: 0.02)
    driver.run(TokenBucket(burst: 5, rate: 0.01).take)
    #expect(driver.ramp.outcome.saturation == .hard)
    #expect(driver.sent.count == 8)
    #expect(zip(driver.sent, driver.sent.dropFirst()).allSatisfy { $1 - $0 >= 2 - 1e-9 })
    #expect(driver.ramp.followUp().isEmpty, "the pace must hold in the sandwich too")
  }

  @Test func `the deadline ends it`() {
    var driver = RampDriver(.usual(maxRequests: 10_000, rateCap: 10, deadline: 5), roundTrip: 0.02)
    driver.run { _ in (.passed, 0) }
    #expect(driver.ramp.outcome.saturation == .none)
    #expect((45...52).contains(driver.sent.count))
  }

  @Test func `scattered losses and one odd denial are no limit`() {
    var count = 0
    var driver = RampDriver(.usual(maxRequests: 200), roundTrip: 0.02)
    driver.run { _ in
      count += 1
      if count == 50 { return (.limited(Signature(status: 503)), 0) }
      return count % 9 == 0 ? (.void(.silence), 0.5) : (.passed, 0)
    }
    #expect(driver.ramp.outcome.saturation == .none)
    #expect(driver.sent.count == 200)
  }

  @Test func `a limiter that drops what its bucket cannot serve is met, though others pass in between`() {
    var driver = RampDriver(.usual(roundTrip: 0.1), roundTrip: 0.1)
    var count = 0
    driver.run { _ in
      count += 1
      return count > 20 && count % 2 == 0 ? (.void(.silence), 0.5) : (.passed, 0)
    }
    #expect(driver.ramp.outcome.saturation != .none)
    #expect(driver.sent.count < 120)
  }

  @Test func `silence from the start is a limit that triage used up`() {
    var driver = RampDriver(.usual(maxRequests: 300), roundTrip: 0.02)
    driver.run { _ in (.void(.silence), 0.5) }
    #expect(driver.ramp.outcome.saturation == .hard)
    #expect(driver.sent.count < 30)
  }

  @Test func `broken answers are no limit`() {
    var driver = RampDriver(.usual(maxRequests: 30), roundTrip: 0.02)
    driver.run { _ in (.void(.serverError), 0) }
    #expect(driver.ramp.outcome.saturation == .none)
    #expect(driver.ramp.followUp().isEmpty)
  }

  @Test func `unanswered requests are bounded`() {
    var ramp = Ramp(.usual(maxRequests: 10_000))
    var sent = 0
    while ramp.gap().isFinite {
      ramp.noteSent(at: Double(sent) * 0.002)
      sent += 1
    }
    #expect((3...64).contains(sent))
    #expect(!ramp.isFinished, "answers are still due")
  }

  @Test func `the round that follows closes a sandwich, unless it is asked for here`() {
    var open = RampDriver(.usual(), roundTrip: 0.02)
    open.run(TokenBucket(burst: 40, rate: 0.01).take)
    #expect(open.ramp.followUp().map(\.cell) == [2, 3])

    var closed = RampDriver(.usual(followUp: [2, 3, 0]), roundTrip: 0.02)
    closed.run(TokenBucket(burst: 40, rate: 0.01).take)
    #expect(closed.ramp.followUp().map(\.cell) == [2, 3, 0])
  }

  @Test func `a limit that may open at once is asked again at once`() {
    var inFlight = RampDriver(.usual(roundTrip: 0.2), roundTrip: 0.2)
    inFlight.run(TokenBucket(burst: 5, rate: 0.01).take)
    #expect(inFlight.ramp.followUp().map(\.cell) == [2, 3, 0], "most of the five had not ended at the first denial")

    var dropping = RampDriver(.usual(), roundTrip: 0.02)
    let bucket = TokenBucket(burst: 40, rate: 0.01)
    dropping.run { time in
      if case .passed = bucket.take(at: time).reading { (.passed, 0) } else { (.void(.silence), 0.5) }
    }
    #expect(dropping.ramp.followUp().map(\.cell) == [2, 3, 0])
  }

  @Test func `where tokens come back, the exhausted cell follows every probe`() {
    var leaky = RampDriver(.usual(), roundTrip: 0.02)
    leaky.run(TokenBucket(burst: 10, rate: 12).take)
    let cells = leaky.ramp.followUp().map(\.cell)
    #expect(cells.suffix(6) == [2, 2, 0, 3, 3, 0])
    #expect(cells.dropLast(6).allSatisfy { $0 == 0 })
    #expect(cells.count <= 8, "only what came back since the loop's last request is spent first")
    let offsets = leaky.ramp.followUp().map(\.offset)
    #expect(offsets == offsets.sorted())
  }
}
