internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// What an agent never does, whatever happens to its controller.
@Suite(.timeLimit(.minutes(1))) struct SafetyTests {
  @Test func withoutALeaseNothingIsSent() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port))
    let (records, done) = try await session.run(cells: [0, 0, 0])
    #expect(done == BatchDone(batch: 1, sent: 0, refused: 3, charged: 0))
    #expect(records.allSatisfy { $0.refusal == .leaseExpired && $0.answer.failure == .notSent })
    #expect(target.connections == 0)
    try await session.end()
  }

  @Test func theLoadStopsWhenTheLeaseRunsOut() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port))
    let before = TestSession.now()
    try session.lease(1000, milliseconds: 200)
    let (records, done) = try await session.run(cells: Array(repeating: 0, count: 80), gap: 0.01, delay: 0)
    let sent = records.filter { $0.refusal == nil }
    #expect(sent.count == target.requests.count && sent.count == done.sent)
    #expect(sent.count > 5 && sent.count < 40)
    #expect(records.filter { $0.refusal != nil }.allSatisfy { $0.refusal == .leaseExpired })
    #expect(sent.allSatisfy { $0.timings.sent - before < 400_000_000 })
    // A new lease brings it back.
    try session.lease(1000)
    #expect(try await session.run(cells: [0]).done.sent == 1)
    try await session.end()
  }

  @Test func grantsBudgetsAndRatesHoldWhateverIsOrdered() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(
      plan: .test(port: target.port, budget: Budget(requests: 30, rate: 20, duration: 600)))
    try session.lease(5)
    var (records, _) = try await session.run(cells: Array(repeating: 0, count: 10))
    #expect(records.map(\.refusal) == Array(repeating: nil, count: 5) + Array(repeating: .leaseSpent, count: 5))
    try session.lease(1000)
    // A burst of one second's worth and one, of which 5 are gone.
    (records, _) = try await session.run(cells: Array(repeating: 0, count: 25), gap: 0)
    let burst = records.count { $0.refusal == nil }
    #expect(burst >= 16 && burst < 21 && records.last?.refusal == .rate)
    (records, _) = try await session.run(cells: Array(repeating: 0, count: 20), gap: 0.06, delay: 0.06)
    #expect(records.count { $0.refusal == nil } == 25 - burst && records.last?.refusal == .budgetSpent)
    #expect(target.requests.count == 30)
    try await session.end()
  }

  @Test func noFaultMakesATargetSeeMoreThanWasGranted() async throws {
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let target = try await RawTarget { connection in
      switch connection % 7 {
      case 0: [.say(ok)]
      case 1: [.say(ok), .close]
      case 2: [.close]
      case 3: [.reset]
      case 4: [.say("HTTP/1.1 200 OK\r\nContent-Le"), .reset]
      case 5: [.say("garbage\r\n\r\n")]
      default: [.doNothing]
      }
    }
    var session = try await TestSession(plan: .test(port: target.port, timeout: 0.2))
    try session.lease(3000)
    let (records, done) = try await session.run(cells: Array(repeating: 0, count: 4000), gap: 0.0005)
    #expect(done.sent == 3000 && done.refused == 1000 && done.charged == 3000)
    #expect(target.requests <= 3000 && target.requests > 2000)
    #expect(records.count == 4000 && Set(records.map(\.id)).count == 4000)
    #expect(Set(records.map(\.answer.failure)).isSuperset(of: [nil, .reset, .invalidResponse, .timeout, .notSent]))
    try await session.end()
  }

  @Test func anAbortStopsEverythingForGood() async throws {
    let target = try await TestTarget { _, _ in TestTarget.Response(delay: 5000) }
    var session = try await TestSession(plan: .test(port: target.port, timeout: 10))
    try session.lease(1000)
    try session.agent.send(try session.order(cells: Array(repeating: 0, count: 1000), gap: 0.02, delay: 0))
    while target.requests.count < 3 { await Task.yield() }
    let aborted = TestSession.now()
    try session.agent.send(.abort(reason: "test"))
    let (records, done) = try await session.batch()
    #expect(TestSession.now() - aborted < 1_500_000_000)
    #expect(records.count == 1000 && done.sent == target.requests.count && done.sent < 500)
    #expect(records.filter { $0.refusal == nil }.allSatisfy { $0.answer.failure == .timeout })
    #expect(records.filter { $0.refusal != nil }.allSatisfy { $0.refusal == .aborted })
    try session.lease(1000)
    #expect(try await session.run(cells: [0]).done.refused == 1)
    try await session.end()
  }

  /// What was to wake the aborted batch is still to come when the batch has gone.
  @Test func anAbortBeforeTheFirstRequestLeavesNothingBehind() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(1000)
    try session.agent.send(try session.order(cells: [0, 0, 0], delay: 0.2))
    try session.agent.send(.abort(reason: "test"))
    #expect(try await session.batch().done == BatchDone(batch: 1, sent: 0, refused: 3, charged: 0))
    #expect(try await session.run(cells: [0], delay: 0.4).done.refused == 1)
    try await session.end()
    #expect(target.requests.isEmpty)
  }

  @Test func theEndOfItsInputEndsTheAgentUnderLoad() async throws {
    let target = try await TestTarget { _, _ in TestTarget.Response(delay: 20_000) }
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(1000)
    try session.agent.send(try session.order(cells: Array(repeating: 0, count: 1000), gap: 0.01, delay: 0))
    while target.requests.count < 3 { await Task.yield() }
    let closed = TestSession.now()
    session.agent.closeInput()
    #expect(await session.agent.exit() == 0)
    #expect(TestSession.now() - closed < 1_000_000_000)
  }

  @Test func keysAppearNowhereButInTheRequest() async throws {
    let canary = "canary-4f9b+/=x"
    let target = try await TestTarget { request, _ in
      let echo = request.headers["authorization"] ?? ""
      // Also across the end of what is kept of a body.
      let padding = String(repeating: ".", count: Answer.bodyLimit - 40)
      return TestTarget.Response(headers: [("X-Echo", echo)], body: padding + echo + echo + request.uri)
    }
    var plan = RequestPlan.test(port: target.port)
    plan.cells[0].path = "/v1/models?key={{key}}"
    var session = try await TestSession(plan: plan, secrets: [Secret(name: "a1", value: canary)])
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(target.requests[0].headers["authorization"] == "Bearer \(canary)")
    #expect(target.requests[0].uri == "/v1/models?key=canary-4f9b%2B%2F%3Dx")
    #expect(records[0].answer.header("x-echo") == "Bearer [key:a1]")
    #expect(records[0].answer.body.count == Answer.bodyLimit)
    let body = String(decoding: records[0].answer.body, as: UTF8.self)
    #expect(body.hasSuffix(".Bearer [key:a1]Bearer [key:a1]/v1/models") || body.contains("Bearer [key:a1]Bearer [ke"))
    #expect(!"\(records)".contains("canary"))
    let process = "/proc/\(session.agent.processID)"
    #expect(AgentUnderTest.text(process + "/cmdline").contains("parallax-agent"))
    for file in ["cmdline", "environ"] {
      #expect(!AgentUnderTest.text("\(process)/\(file)").contains("canary"))
    }
    try await session.end()
  }

  @Test(arguments: ["POST", "DELETE", "G T", ""]) func unsafeMethodsAreRefused(method: String) async throws {
    let agent = try AgentUnderTest()
    var messages = try await agent.messages().makeAsyncIterator()
    try agent.send(.assign([Vantage(host: "here")]), .plan(RequestPlan.test(port: 9, method: method).encoded()))
    _ = try await messages.next(isolation: #isolation)
    guard case .fatal(let code, _)? = try await messages.next(isolation: #isolation) else {
      Issue.record("taken")
      return
    }
    #expect(code == (method.contains(" ") || method.isEmpty ? "plan_invalid" : "method_refused"))
    #expect(try await messages.next(isolation: #isolation) == nil)
    #expect(await agent.exit() == 0)
    agent.closeInput()
  }

  @Test func aMethodThatThePlanAllowsIsSent() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(
      plan: .test(port: target.port, method: "POST", allowUnsafeMethods: true))
    try session.lease(10)
    #expect(try await session.run(cells: [0]).records[0].answer.status == 200)
    #expect(target.requests[0].method == "POST" && target.requests[0].headers["content-length"] == "0")
    try await session.end()
  }

  @Test func aControllerThatTalksNonsenseIsTold() async throws {
    let agent = try AgentUnderTest()
    var messages = try await agent.messages().makeAsyncIterator()
    try agent.send(.schedule(ScheduleOrder(batch: 1, stage: .probe, items: [])))
    _ = try await messages.next(isolation: #isolation)
    guard case .fatal(let code, _)? = try await messages.next(isolation: #isolation) else {
      Issue.record("taken")
      return
    }
    #expect(code == "protocol_error")
    #expect(await agent.exit() == 0)
    agent.closeInput()
  }
}

/// Stop rules and the closed loop, with a real agent.
@Suite(.timeLimit(.minutes(1))) struct StopTests {
  @Test func theAnswerThatBreaksARuleIsTheLast() async throws {
    let target = try await TestTarget { _, before in TestTarget.Response(status: before == 7 ? 403 : 200) }
    var plan = RequestPlan.test(port: target.port)
    plan.stopRules = StopRules(when: [LimitRule(status: 403)])
    var session = try await TestSession(plan: plan)
    try session.lease(1000)
    try session.agent.send(try session.order(cells: Array(repeating: 0, count: 40), gap: 0.02))
    var records: [AgentRecord] = []
    var reason: String?
    reading: while true {
      switch try await session.next() {
      case .records(let some): records += some
      case .stopped(let text): reason = text
      case .batchDone(let done):
        #expect(done.sent == 8 && done.refused == 32)
        break reading
      case let other: Issue.record("unexpected: \(other)")
      }
    }
    #expect(reason?.contains("stop.when (status: 403)") == true)
    #expect(target.requests.count == 8)
    #expect(records.filter { $0.refusal != nil }.allSatisfy { $0.refusal == .aborted })
    // For good.
    try session.lease(2000)
    #expect(try await session.run(cells: [0]).done.refused == 1)
    try await session.end()
  }

  @Test func aFlightKeepsSoManyUnderWay() async throws {
    let target = try await TestTarget { _, _ in TestTarget.Response(delay: 20) }
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(1000)
    let (records, done) = try await session.run(
      .flight(FlightOrder(batch: 1, stage: .exhaust, cells: [0], inFlight: 5, requests: 60)))
    #expect(done == BatchDone(batch: 1, sent: 60, refused: 0, charged: 60))
    #expect(records.allSatisfy { $0.answer.status == 200 } && target.connections == 5)
    // At no instant more than five: each begins after the fifth before it has ended.
    let ends = records.map(\.timings.end).sorted()
    for (index, record) in records.enumerated() where index >= 5 { #expect(record.timings.sent >= ends[index - 5]) }
    try await session.end()
  }

  @Test func aFlightEndsWithItsLease() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(25)
    let (_, done) = try await session.run(
      .flight(FlightOrder(batch: 1, stage: .exhaust, cells: [0], inFlight: 4, requests: 1000)))
    #expect(done.sent == 25 && done.refused >= 1 && target.requests.count == 25)
    try await session.end()
  }

  @Test func aClientShowsItsCertificate() async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByName, clients: TestCertificates.client)
    var plan = RequestPlan.test(
      port: target.port, scheme: .https, host: "target.test", authorities: TestCertificates.authority)
    var session = try await TestSession(plan: plan)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records[0].answer.status == nil && target.requests.isEmpty)
    try await session.end()

    plan.clientCertificates = TestCertificates.client
    session = try await TestSession(plan: plan, clientKey: Secret(name: "client", value: TestCertificates.clientKey))
    try session.lease(10)
    let (shown, _) = try await session.run(cells: [0])
    #expect(shown.map(\.answer.status) == [200])
    let process = "/proc/\(session.agent.processID)"
    for file in ["cmdline", "environ"] { #expect(!AgentUnderTest.text("\(process)/\(file)").contains("PRIVATE KEY")) }
    try await session.end()
  }

  @Test func aClientKeyThatCannotBeLoadedIsNotQuoted() async throws {
    let agent = try AgentUnderTest()
    var messages = try await agent.messages().makeAsyncIterator()
    var plan = RequestPlan.test(port: 9, scheme: .https, host: "target.test")
    plan.clientCertificates = TestCertificates.client
    try agent.send(
      .assign([Vantage(host: "here")]), .clientKey(Secret(name: "client", value: "canary-1")), .plan(plan.encoded()))
    _ = try await messages.next(isolation: #isolation)
    guard case .fatal(let code, let text)? = try await messages.next(isolation: #isolation) else {
      Issue.record("taken")
      return
    }
    #expect(code == "secret_invalid" && !text.contains("canary"))
    #expect(await agent.exit() == 0)
    agent.closeInput()
  }
}
