internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// Whatever a target says: bounded in memory and time, classified, never a crash, and never asked twice.
@Suite(.timeLimit(.minutes(2)), .serialized) struct HostileTargetTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [RawTarget.Step]
    var failure: Answer.Failure?
    var status: Int?
    var testDescription: String { name }
  }

  private static let head = "HTTP/1.1 200 OK\r\n"

  static let cases: [Case] = [
    Case(
      name: "endless body", steps: [.say(head + "\r\n"), .repeatForEver(String(repeating: "x", count: 65_536))],
      failure: .tooLarge, status: 200),
    Case(
      name: "endless body of one chunk",
      steps: [
        .say(head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"),
        .repeatForEver(String(repeating: "x", count: 65_536)),
      ], failure: .tooLarge, status: 200),
    Case(
      name: "chunk bomb: endless tiny chunks",
      steps: [
        .say(head + "Transfer-Encoding: chunked\r\n\r\n"),
        .repeatForEver(String(repeating: "1\r\nx\r\n", count: 8192)),
      ], failure: .tooLarge, status: 200),
    Case(
      name: "chunk of an absurd length",
      steps: [.say(head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx")],
      failure: .invalidResponse, status: 200),
    Case(
      name: "endless chunk extension",
      steps: [
        .say(head + "Transfer-Encoding: chunked\r\n\r\n1;"),
        .repeatForEver(String(repeating: "e", count: 65_536)),
      ], failure: .tooLarge, status: 200),
    Case(
      name: "endless trailers",
      steps: [
        .say(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n"),
        .repeatForEver(String(repeating: "T: x\r\n", count: 8192)),
      ], failure: .tooLarge, status: 200),
    Case(
      name: "a hundred thousand headers",
      steps: [.say(head + String(repeating: "A: b\r\n", count: 100_000) + "\r\n")], failure: .tooLarge),
    Case(
      name: "header line without end",
      steps: [.say(head + "A: "), .repeatForEver(String(repeating: "b", count: 65_536))], failure: .tooLarge),
    Case(
      name: "header name without end",
      steps: [.say(head), .repeatForEver(String(repeating: "b", count: 65_536))], failure: .tooLarge),
    Case(
      name: "status line without end",
      steps: [.say("HTTP/1.1 200 "), .repeatForEver(String(repeating: "O", count: 65_536))], failure: .tooLarge),
    Case(
      name: "interim answers without end",
      steps: [.repeatForEver(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000))], failure: .tooLarge),
    Case(name: "not HTTP", steps: [.say("220 mail.example ESMTP ready\r\n")], failure: .invalidResponse),
    Case(name: "HTTP/2 where HTTP/1.1 was asked", steps: [.say("HTTP/2.0 200 OK\r\n\r\n")], failure: .invalidResponse),
    Case(name: "binary", steps: [.say("\u{0}\u{1}\u{2}\u{16}\u{3}\u{1}\u{0}")], failure: .invalidResponse),
    Case(
      name: "negative content length", steps: [.say(head + "Content-Length: -5\r\n\r\nhello")],
      failure: .invalidResponse),
    Case(
      name: "two content lengths", steps: [.say(head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")],
      failure: .invalidResponse),
    Case(
      name: "less body than promised", steps: [.say(head + "Content-Length: 50\r\n\r\nhello"), .close],
      failure: .reset, status: 200),
    Case(
      name: "more body than promised", steps: [.say(head + "Content-Length: 5\r\n\r\nhello, and more")], failure: nil,
      status: 200),
    Case(name: "closed without a word", steps: [.close], failure: .reset),
    Case(name: "closed inside the headers", steps: [.say(head + "A: b\r\n"), .close], failure: .reset),
    Case(name: "reset", steps: [.reset], failure: .reset),
    Case(name: "silence", steps: [.doNothing], failure: .timeout),
    Case(
      name: "one byte now and then", steps: [.trickle(head + "Content-Length: 5\r\n\r\nhello", milliseconds: 100)],
      failure: .timeout),
    Case(
      name: "body that stops", steps: [.say(head + "Content-Length: 50\r\n\r\nhello")], failure: .timeout, status: 200),
    Case(name: "switching protocols", steps: [.say("HTTP/1.1 101 Switching Protocols\r\n\r\n")], status: 101),
    Case(
      name: "redirect to itself",
      steps: [.say("HTTP/1.1 301 Moved\r\nLocation: /v1/models\r\nContent-Length: 0\r\n\r\n")], status: 301),
    Case(name: "body that ends with the connection", steps: [.say(head + "\r\nhello"), .close], status: 200),
    Case(
      name: "headers that are not UTF-8", steps: [.say(head + "A: \u{ff}\u{fe}\r\nContent-Length: 0\r\n\r\n")],
      status: 200),
  ]

  @Test(arguments: cases) func isBoundedAndClassified(_ hostile: Case) async throws {
    let target = try await RawTarget(hostile.steps)
    var session = try await TestSession(plan: .test(port: target.port, timeout: hostile.failure == .timeout ? 1 : 10))
    try session.lease(10)
    let before = session.agent.residentKilobytes()
    let began = TestSession.now()
    let (records, done) = try await session.run(cells: [0])
    let seconds = Double(TestSession.now() - began) / 1e9
    #expect(done.sent == 1)
    #expect(records.map(\.answer.failure) == [hostile.failure])
    #expect(records.map(\.answer.status) == [hostile.status])
    #expect(records[0].answer.body.count <= Answer.bodyLimit)
    #expect(records[0].answer.bytes < 18 << 20)
    #expect(target.requests == 1)
    #expect(seconds < 9)
    #expect(session.agent.residentKilobytes() - before < 16_000)
    try await session.end()
  }

  @Test func aServerThatSpeaksFirstSpoilsOnlyItsConnection() async throws {
    let target = try await RawTarget(
      [.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")], beforeRequest: true)
    var session = try await TestSession(plan: .test(port: target.port, timeout: 1))
    try session.lease(10)
    let (records, done) = try await session.run(cells: [0], delay: 0.1, lead: 0.05)
    // What was said ahead is never taken for an answer; what is said on a fresh connection cannot be told from one.
    #expect(records.count == 1 && done.sent == 1)
    try await session.end()
  }

  @Test func tlsGarbageIsATLSFailure() async throws {
    let target = try await RawTarget([.say("HTTP/1.1 400 Bad Request\r\n\r\n")], beforeRequest: true)
    var session = try await TestSession(
      plan: .test(port: target.port, scheme: .https, host: "target.test", timeout: 1))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.failure) == [.tls])
    try await session.end()
  }

  @Test func aSilentTLSHandshakeTimesOut() async throws {
    let target = try await RawTarget([.doNothing])
    var session = try await TestSession(
      plan: .test(port: target.port, scheme: .https, host: "target.test", timeout: 0.5))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.failure) == [.connectionTimeout])
    try await session.end()
  }

  @Test func nobodyListeningIsARefusal() async throws {
    let target = try await TestTarget()
    let port = target.port
    await target.close()
    var session = try await TestSession(plan: .test(port: port))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0])
    #expect(records.map(\.answer.failure) == [.connectionRefused, .connectionRefused])
    try await session.end()
  }

  @Test func aSourceAddressThatIsNotTheHostsIsNamed() async throws {
    let target = try await TestTarget()
    let vantage = Vantage(host: "here", sourceAddress: "198.51.100.7")
    var session = try await TestSession(plan: .test(port: target.port, vantages: [vantage.name]), vantages: [vantage])
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0])
    #expect(records.map(\.answer.failure) == [.sourceAddress])
    #expect(target.connections == 0)
    try await session.end()
  }

  @Test func aKeptConnectionThatTheServerClosedIsNotUsedAgain() async throws {
    let target = try await RawTarget([.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), .close])
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0, 0], gap: 0.1)
    #expect(records.map(\.answer.status) == [200, 200, 200])
    #expect(records.allSatisfy { $0.timings.connection != nil })
    #expect(target.requests == 3)
    try await session.end()
  }

  @Test func anAnswerBeyondTheAnswerIsNeverTakenForTheNext() async throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    let target = try await RawTarget([.say(answer + "\r\n" + answer + "X-Smuggled: yes\r\n\r\n")])
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(100)
    // All due at once, so that some wait for a connection to come free.
    let (records, _) = try await session.run(cells: Array(repeating: 0, count: 40), gap: 0, lead: 0)
    #expect(records.allSatisfy { $0.answer.status == 200 && $0.answer.header("x-smuggled") == nil })
    #expect(target.requests == 40)
    try await session.end()
  }
}
