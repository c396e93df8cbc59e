internal import ParallaxModel
internal import ParallaxWire
internal import Synchronization
internal import Testing

/// Exhaust loops that the agent runs by itself, against real servers with small limiters.
@Suite(.timeLimit(.minutes(1)), .serialized) struct RampTests {
  private func specification(
    maxRequests: Int = 200, rateCap: Double = 200, deadline: Double = 20, pace: Double? = nil, followUp: [Int] = [1, 2]
  ) -> RampSpecification {
    RampSpecification(
      stage: .exhaust, cell: 0, maxRequests: maxRequests, rateCap: rateCap, roundTrip: 0.005, confirmGap: 0.1,
      pace: pace, deadline: deadline, delayThreshold: 0.25, followUp: followUp)
  }

  private func session(port: Int, keepAlive: Bool) async throws -> TestSession {
    let vantages = [nil, "127.0.0.21", "127.0.0.22"].map { Vantage(host: "here", sourceAddress: $0) }
    let session = try await TestSession(
      plan: .test(port: port, vantages: vantages.map(\.name), keepAlive: keepAlive), vantages: vantages)
    try session.lease(1000)
    return session
  }

  @Test(arguments: [true, false]) func aHardLimitIsFoundConfirmedAndSandwiched(keepAlive: Bool) async throws {
    // Twenty requests for each address, and never again.
    let spent = Mutex([String: Int]())
    let target = try await TestTarget { request, _ in
      spent.withLock { spent in
        spent[request.client, default: 0] += 1
        return TestTarget.Response(status: spent[request.client]! > 20 ? 429 : 200)
      }
    }
    var session = try await session(port: target.port, keepAlive: keepAlive)
    let (records, done) = try await session.run(specification(followUp: [1, 2, 0]))
    let outcome = try #require(done.outcome)
    #expect(outcome.saturation == .hard && outcome.admittedRate == 0)
    let ramp = records.filter { $0.stage == .exhaust }
    let probes = records.filter { $0.stage == .probe }
    #expect(ramp.count { $0.answer.status == 200 } == 20)
    #expect(ramp.count { $0.answer.status == 429 } >= 3 && ramp.count < 120)
    #expect(probes.map(\.cell) == [1, 2, 0])
    #expect(probes.map(\.answer.status) == [200, 200, 429])
    let denials = ramp.filter { $0.answer.status == 429 }.map { Double($0.timings.sent) / 1e9 }
    #expect(outcome.firstDenial.map { denials.contains($0) } == true)
    #expect(done.sent == records.count && done.refused == 0)
    #expect(target.requests.count == records.count)
    // What was planned by the clock was not sent before it, and hardly after it.
    #expect(records.allSatisfy { $0.timings.planned <= $0.timings.sent })
    try await session.end()
  }

  @Test func withoutALimitItEndsAtItsLargestNumber() async throws {
    let target = try await TestTarget()
    var session = try await session(port: target.port, keepAlive: true)
    let (records, done) = try await session.run(specification(maxRequests: 30))
    #expect(done.outcome == RampOutcome(saturation: .none))
    #expect(records.count == 30 && records.allSatisfy { $0.stage == .exhaust && $0.answer.status == 200 })
    // Never faster than the cap, but for the moment between deciding to send and sending.
    #expect(records[29].timings.sent - records[0].timings.sent > 28 * 5_000_000)
    try await session.end()
  }

  @Test func aRefusalEndsIt() async throws {
    let target = try await TestTarget()
    var session = try await session(port: target.port, keepAlive: true)
    try session.lease(7)
    let (records, done) = try await session.run(specification())
    #expect(done.outcome?.saturation == RampOutcome.Saturation.none)
    #expect(done.sent == 7 && done.refused == 1 && records.count == 8)
    #expect(records.last?.refusal == .leaseSpent)
    #expect(target.requests.count == 7)
    try await session.end()
  }

  @Test func anAbortEndsIt() async throws {
    let target = try await TestTarget { _, _ in TestTarget.Response(delay: 3000) }
    var session = try await session(port: target.port, keepAlive: true)
    try session.agent.send(.ramp(RampOrder(batch: 9, specification: specification())))
    while target.requests.isEmpty { await Task.yield() }
    let aborted = TestSession.now()
    try session.agent.send(.abort(reason: "test"))
    let (_, done) = try await session.batch()
    #expect(TestSession.now() - aborted < 1_500_000_000)
    #expect(done.batch == 9 && done.outcome?.saturation == RampOutcome.Saturation.none)
    try await session.end()
  }

  @Test func answersLaterThanTheirDeadlineAreLost() async throws {
    let target = try await TestTarget { _, before in TestTarget.Response(delay: before == 1 ? 2000 : 0) }
    var session = try await session(port: target.port, keepAlive: true)
    let (records, _) = try await session.run(cells: [0, 0, 0], gap: 0.1, answerDeadline: 0.3)
    #expect(records.map(\.answer.failure) == [nil, .timeout, nil])
    let lost = records[1].timings
    #expect(lost.end - lost.sent >= 299_000_000 && lost.end - lost.sent < 900_000_000)
    try await session.end()
  }
}
