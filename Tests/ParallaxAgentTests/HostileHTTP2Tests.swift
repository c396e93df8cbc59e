internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// Servers that use HTTP/2 against their client. Each is bounded in time and memory, and classified.
@Suite(.timeLimit(.minutes(1)), .serialized) struct HostileHTTP2Tests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var greeting = FrameTarget.settings
    var failures: Set<Answer.Failure?>
    var status: Int?
    var steps: @Sendable (UInt32) -> [FrameTarget.Step]
    var testDescription: String { name }
  }

  private typealias Target = FrameTarget
  private static let block = [UInt8](repeating: 120, count: 16_384)

  static let cases: [Case] = [
    Case(name: "a stream that is reset", failures: [.reset]) {
      [.say(Target.frame(type: 3, stream: $0, [0, 0, 0, 7]))]
    },
    Case(name: "a stream that is reset after its headers", failures: [.reset], status: 200) {
      [.say(Target.headers(stream: $0, end: false) + Target.frame(type: 3, stream: $0, [0, 0, 0, 8]))]
    },
    Case(name: "going away without an answer", failures: [.reset]) { _ in
      [.say(Target.frame(type: 7, [0, 0, 0, 0, 0, 0, 0, 0]))]
    },
    Case(name: "closing without a word", failures: [.reset]) { _ in [.close] },
    Case(name: "a body without end, whatever the window", failures: [.invalidResponse, .tooLarge], status: 200) {
      [.say(Target.headers(stream: $0, end: false)), .repeatForEver(Target.data(stream: $0, block, end: false))]
    },
    Case(name: "a body that stalls", failures: [.timeout], status: 200) {
      [.say(Target.headers(stream: $0, end: false) + Target.data(stream: $0, [1, 2, 3], end: false))]
    },
    Case(name: "silence", failures: [.timeout]) { _ in [] },
    Case(name: "no settings", greeting: [], failures: [.connectionTimeout]) { _ in [] },
    Case(
      name: "HTTP/1.1", greeting: Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8),
      failures: [.invalidResponse]
    ) { _ in [] },
    Case(name: "a flood of settings", failures: [.invalidResponse]) { _ in [.repeatForEver(Target.settings)] },
    Case(name: "a flood of pings", failures: [.invalidResponse]) { _ in
      [.repeatForEver(Target.frame(type: 6, [UInt8](repeating: 0, count: 8)))]
    },
    Case(name: "a flood of continuations", failures: [.tooLarge, .invalidResponse]) {
      [
        .say(Target.headers(stream: $0, end: false, isWhole: false)),
        .repeatForEver(Target.frame(type: 9, stream: $0, [0, 1, 97, 1, 98])),
      ]
    },
    Case(name: "a bomb of headers", failures: [.tooLarge, .invalidResponse]) {
      // One entry of the dynamic table, and thousands of references of one byte to it.
      let entry: [UInt8] = [0x40, 1, 97, 100] + [UInt8](repeating: 98, count: 100)
      let bomb = [0x88] + entry + [UInt8](repeating: 0xBE, count: 16_000)
      return [.say(Target.frame(type: 1, flags: 4, stream: $0, bomb))]
    },
    Case(name: "interim answers without end", failures: [.tooLarge, .invalidResponse]) {
      // :status 103 as a literal.
      [.repeatForEver(Target.headers(stream: $0, status: [0x08, 3, 49, 48, 51], [("link", "x")], end: false))]
    },
    Case(name: "empty pieces of body without end", failures: [.invalidResponse, .tooLarge], status: 200) {
      [.say(Target.headers(stream: $0, end: false)), .repeatForEver(Target.data(stream: $0, [], end: false))]
    },
    Case(name: "resets without end", failures: [.reset, .invalidResponse]) {
      [.repeatForEver(Target.frame(type: 3, stream: $0, [0, 0, 0, 8]))]
    },
    Case(name: "a status that is none", failures: [.invalidResponse, .reset]) {
      [.say(Target.headers(stream: $0, status: [0x08, 3, 120, 121, 122], end: true))]
    },
    Case(name: "frames of a kind that does not exist", failures: [.timeout, .invalidResponse]) { _ in
      [.repeatForEver(Target.frame(type: 0xEE, [1, 2, 3]))]
    },
    Case(name: "a pushed stream", failures: [.invalidResponse]) {
      [.say(Target.frame(type: 5, flags: 4, stream: $0, [0, 0, 0, 2, 0x82, 0x86, 0x84]))]
    },
  ]

  @Test(arguments: cases) func isBoundedAndClassified(_ hostile: Case) async throws {
    let target = try await FrameTarget(greeting: hostile.greeting, steps: hostile.steps)
    let waits = hostile.failures.contains(.timeout) || hostile.failures.contains(.connectionTimeout)
    var plan = RequestPlan.test(port: target.port, timeout: waits ? 1 : 10)
    plan.transport.version = .http2
    var session = try await TestSession(plan: plan)
    try session.lease(10)
    let before = session.agent.residentKilobytes()
    let began = TestSession.now()
    let (records, done) = try await session.run(cells: [0])
    #expect(done.sent == 1 && records.count == 1)
    #expect(hostile.failures.contains(records[0].answer.failure), "\(String(describing: records[0].answer.failure))")
    #expect(records[0].answer.status == hostile.status)
    #expect(records[0].answer.bytes < 18 << 20)
    #expect(target.requests <= 1)
    #expect(Double(TestSession.now() - began) / 1e9 < 9)
    #expect(session.agent.residentKilobytes() - before < 20_000)
    try await session.end()
  }

  @Test func streamsThatWereNotProcessedFailAndOthersEnd() async throws {
    // The first two are answered after the server has said that it processes no later one.
    let target = try await FrameTarget { stream in
      guard stream == 5 else { return [] }
      let farewell = FrameTarget.frame(type: 7, [0, 0, 0, 3, 0, 0, 0, 0])
      let answers = [UInt32(1), 3].flatMap { FrameTarget.headers(stream: $0, end: true) }
      return [.say(farewell + answers)]
    }
    var plan = RequestPlan.test(port: target.port)
    plan.transport = Transport(version: .http2, streams: 8)
    var session = try await TestSession(plan: plan)
    try session.lease(10)
    let (records, _) = try await session.run(cells: [0, 0, 0], gap: 0, delay: 0.1, lead: 0.08)
    #expect(records.map(\.answer.status) == [200, 200, nil])
    #expect(records.map(\.answer.failure) == [nil, nil, .reset])
    try await session.end()
  }
}
