internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// The agent against well-behaved servers.
@Suite(.timeLimit(.minutes(1))) struct NormalAnswerTests {
  @Test func requestsAreSentAsPlannedAndAnswersRecordedInFull() async throws {
    let target = try await TestTarget { request, before in
      TestTarget.Response(
        status: before == 1 ? 429 : 200, headers: [("X-Seen", "\(before)"), ("Retry-After", "7")])
    }
    var session = try await TestSession(plan: .test(port: target.port, path: "/v1/models?limit=1"))
    try session.lease(10)
    let (records, done) = try await session.run(cells: [0, 0, 0], gap: 0.2)
    #expect(done == BatchDone(batch: 1, sent: 3, refused: 0, charged: 3))
    #expect(records.map(\.id) == [0, 1, 2])
    #expect(records.map(\.answer.status) == [200, 429, 200])
    #expect(records.allSatisfy { $0.answer.failure == nil && $0.refusal == nil })
    #expect(records.map { $0.answer.header("x-seen") } == ["0", "1", "2"])
    #expect(records.map { String(decoding: $0.answer.body, as: UTF8.self) } == ["hello", "hello", "hello"])
    for record in records {
      let timings = record.timings
      #expect(record.stage == .probe && record.cell == 0 && record.batch == 1)
      #expect(timings.planned <= timings.sent)
      #expect(timings.sent < timings.firstByte! && timings.firstByte! <= timings.end)
      #expect(record.answer.bytes > 60 && record.answer.bytes < 300)
    }
    // The first used a connection opened ahead for it, the others the same again.
    let phases = try #require(records[0].timings.connection)
    #expect(phases.began! < phases.connected && phases.secured == nil && phases.stood < records[0].timings.planned)
    #expect(records[1].timings.connection == nil && records[2].timings.connection == nil)
    #expect(target.connections == 1)
    let request = target.requests[0]
    #expect(request.method == "GET" && request.uri == "/v1/models?limit=1")
    #expect(request.headers["host"] == "127.0.0.1:\(target.port)")
    #expect(request.headers["user-agent"] == "parallax-test")
    #expect(request.headers["authorization"] == "Bearer value-of-a1")
    #expect(request.headers["x-account"] == "A")
    #expect(request.headers["accept-encoding"] == nil)
    try await session.end()
  }

  @Test func aNewConnectionPerRequestWhereThePlanSaysSo() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port, keepAlive: false))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0, 0, 0])
    #expect(records.allSatisfy { $0.answer.status == 200 && $0.timings.connection != nil })
    #expect(Set(target.requests.map(\.connection)).count == 4)
    #expect(target.requests.allSatisfy { $0.headers["connection"] == "close" })
    try await session.end()
  }

  @Test func everyVantageLeavesFromItsOwnAddress() async throws {
    let target = try await TestTarget()
    let vantages = ["127.0.0.11", "127.0.0.12", nil].map { Vantage(host: "here", sourceAddress: $0) }
    var session = try await TestSession(
      plan: .test(port: target.port, vantages: vantages.map(\.name)), vantages: vantages)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 1, 2, 1], gap: 0.02)
    #expect(records.allSatisfy { $0.answer.status == 200 })
    #expect(target.requests.map(\.client).sorted() == ["127.0.0.1", "127.0.0.11", "127.0.0.12", "127.0.0.12"])
    try await session.end()
  }

  @Test func ipv6TargetsWork() async throws {
    let target = try await TestTarget(address: "::1")
    let vantages = [Vantage(host: "here"), Vantage(host: "here", sourceAddress: "::1")]
    var session = try await TestSession(
      plan: .test(port: target.port, host: "::1", vantages: vantages.map(\.name), addresses: ["::1"]),
      vantages: vantages)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 1])
    #expect(records.map(\.answer.status) == [200, 200])
    #expect(target.requests.map(\.client) == ["::1", "::1"])
    #expect(target.requests[0].headers["host"] == "[::1]:\(target.port)")
    try await session.end()
  }

  @Test func theAddressFamilyFollowsTheSourceAddress() async throws {
    let target = try await TestTarget()
    let vantage = Vantage(host: "here", sourceAddress: "127.0.0.13")
    var session = try await TestSession(
      plan: .test(port: target.port, vantages: [vantage.name], addresses: ["::1", "127.0.0.1"]), vantages: [vantage])
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records[0].answer.status == 200)
    #expect(target.requests.map(\.client) == ["127.0.0.13"])
    try await session.end()
  }

  @Test func tlsWithACustomAuthorityAndServerName() async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByName)
    var session = try await TestSession(
      plan: .test(port: target.port, scheme: .https, host: "target.test", authorities: TestCertificates.authority))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0], gap: 0.3, delay: 0.1, lead: 0.08)
    #expect(records.map(\.answer.status) == [200, 200])
    #expect(target.connections == 1)
    let phases = try #require(records[0].timings.connection)
    #expect(phases.began! < phases.connected && phases.connected < phases.secured!)
    #expect(phases.stood == phases.secured)
    try await session.end()
  }

  @Test(arguments: [("target.test", ""), ("other.test", TestCertificates.authority)])
  func tlsThatCannotBeTrustedIsATLSFailure(host: String, authorities: String) async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByName)
    var session = try await TestSession(
      plan: .test(port: target.port, scheme: .https, host: host, authorities: authorities))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.failure) == [.tls])
    #expect(target.requests.isEmpty)
    try await session.end()
  }

  @Test func tlsToAnAddressChecksTheAddress() async throws {
    let target = try await TestTarget(tls: TestCertificates.serverByAddress)
    var session = try await TestSession(
      plan: .test(port: target.port, scheme: .https, authorities: TestCertificates.authority))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.status) == [200])
    try await session.end()
  }

  @Test func headAnswersHaveNoBodyAndRedirectsAreNotFollowed() async throws {
    let target = try await TestTarget { _, _ in
      TestTarget.Response(status: 302, headers: [("Location", "/elsewhere")])
    }
    var session = try await TestSession(plan: .test(port: target.port, method: "HEAD"))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0], gap: 0.02)
    #expect(records.map(\.answer.status) == [302, 302])
    #expect(records.allSatisfy { $0.answer.body.isEmpty && $0.answer.failure == nil })
    #expect(target.requests.map(\.uri) == ["/v1/models", "/v1/models"])
    try await session.end()
  }

  @Test func pingsAreAnsweredWithTheAgentsClock() async throws {
    var session = try await TestSession(plan: .test(port: 9))
    let before = TestSession.now()
    try session.agent.send(.ping(sequence: 77))
    guard case .pong(let sequence, let receivedAt, let sentAt) = try await session.next() else {
      Issue.record("not a pong")
      return
    }
    #expect(sequence == 77)
    #expect(before <= receivedAt && receivedAt <= sentAt && sentAt <= TestSession.now())
    try await session.end()
  }
}
