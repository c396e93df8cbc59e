internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// HTTP/2 against well-behaved servers.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
  private func plan(port: Int, streams: Int = 16, timeout: Double = 5, keepAlive: Bool = true) -> RequestPlan {
    var plan = RequestPlan.test(port: port, timeout: timeout, keepAlive: keepAlive)
    plan.transport = Transport(version: .http2, streams: streams)
    return plan
  }

  @Test func requestsByPriorKnowledgeAreRecordedInFull() async throws {
    let target = try await TestTarget(http2: true) { request, before in
      TestTarget.Response(status: before == 1 ? 429 : 200, headers: [("X-Seen", "\(before)"), ("Retry-After", "7")])
    }
    var session = try await TestSession(plan: plan(port: target.port))
    try session.lease(10)
    let (records, done) = try await session.run(cells: [0, 0, 0], gap: 0.1, delay: 0.1, lead: 0.08)
    #expect(done == BatchDone(batch: 1, sent: 3, refused: 0, charged: 3))
    #expect(records.map(\.answer.status) == [200, 429, 200])
    #expect(records.map { $0.answer.header("x-seen") } == ["0", "1", "2"])
    #expect(
      records.allSatisfy { String(decoding: $0.answer.body, as: UTF8.self) == "hello" && $0.answer.failure == nil })
    #expect(records[0].timings.connection!.stood < records[0].timings.planned)
    #expect(records[1].timings.connection == nil && target.connections == 1)
    let request = target.requests[0]
    #expect(request.method == "GET" && request.uri == "/v1/models")
    #expect(request.headers["host"] == "127.0.0.1:\(target.port)")
    #expect(request.headers["authorization"] == "Bearer value-of-a1")
    #expect(request.headers["user-agent"] == "parallax-test")
    try await session.end()
  }

  @Test func aConnectionCarriesAsManyAtOnceAsThePlanSays() async throws {
    let target = try await TestTarget(http2: true) { _, _ in TestTarget.Response(delay: 200) }
    var session = try await TestSession(plan: plan(port: target.port, streams: 4))
    try session.lease(100)
    let (records, _) = try await session.run(cells: Array(repeating: 0, count: 12), gap: 0, delay: 0.1, lead: 0.08)
    #expect(records.allSatisfy { $0.answer.status == 200 })
    #expect(target.connections == 3)
    #expect((0..<3).allSatisfy { number in target.requests.count { $0.connection == number } == 4 })
    try await session.end()
  }

  @Test func aNewConnectionPerRequestWhereThePlanSaysSo() async throws {
    let target = try await TestTarget(http2: true)
    var session = try await TestSession(plan: plan(port: target.port, keepAlive: false))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0, 0, 0], gap: 0.02)
    #expect(records.allSatisfy { $0.answer.status == 200 && $0.timings.connection != nil })
    #expect(Set(target.requests.map(\.connection)).count == 4)
    try await session.end()
  }

  @Test func overTLSItIsNegotiated() async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByName, http2: true)
    var plan = RequestPlan.test(
      port: target.port, scheme: .https, host: "target.test", authorities: TestCertificates.authority)
    plan.transport.version = .http2
    var session = try await TestSession(plan: plan)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0], gap: 0.1, delay: 0.1, lead: 0.08)
    #expect(records.map(\.answer.status) == [200, 200])
    #expect(target.connections == 1)
    try await session.end()
  }

  @Test func aServerThatDoesNotSpeakItIsNotAsked() async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByName)
    var plan = RequestPlan.test(
      port: target.port, scheme: .https, host: "target.test", authorities: TestCertificates.authority)
    plan.transport.version = .http2
    var session = try await TestSession(plan: plan)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.failure) == [.invalidResponse])
    #expect(target.requests.isEmpty)
    try await session.end()
  }

  @Test func keysAreStruckOutOfAnswers() async throws {
    let target = try await TestTarget(http2: true) { request, _ in
      let echo = request.headers["authorization"] ?? ""
      return TestTarget.Response(headers: [("X-Echo", echo)], body: echo)
    }
    var session = try await TestSession(plan: plan(port: target.port))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records[0].answer.header("x-echo") == "Bearer [key:a1]")
    #expect(String(decoding: records[0].answer.body, as: UTF8.self) == "Bearer [key:a1]")
    try await session.end()
  }
}
