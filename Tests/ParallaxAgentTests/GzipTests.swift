internal import Foundation
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// Answers that come compressed: what is kept of them is what they say.
@Suite(.timeLimit(.minutes(1))) struct GzipTests {
  /// What gzip itself makes of it.
  private static func gzip(_ text: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-nc"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // What is compressed here fits the pipe's buffer when it comes out.
    Thread.detachNewThread {
      input.fileHandleForWriting.write(Data(text.utf8))
      try? input.fileHandleForWriting.close()
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](data)
  }

  private static func answer(
    to body: [UInt8], coding: String = "gzip", accepts: Bool = true
  ) async throws -> (answer: Answer, request: TestTarget.Request) {
    let target = try await TestTarget { _, _ in
      TestTarget.Response(status: 429, headers: [("Content-Encoding", coding)], data: body)
    }
    var plan = RequestPlan.test(port: target.port)
    plan.transport.acceptsGzip = accepts
    var session = try await TestSession(plan: plan)
    try session.lease(1)
    let (records, _) = try await session.run(cells: [0])
    try await session.end()
    return (records[0].answer, target.requests[0])
  }

  @Test(arguments: ["gzip", "x-gzip", "GZIP"]) func aBodyIsKeptAsWhatItSays(coding: String) async throws {
    let body = try Self.gzip(#"{"error":"rate limit exceeded"}"#)
    let (answer, request) = try await Self.answer(to: body, coding: coding)
    #expect(String(decoding: answer.body, as: UTF8.self) == #"{"error":"rate limit exceeded"}"#)
    #expect(answer.bytes > body.count && answer.failure == nil)
    #expect(request.headers["accept-encoding"] == "gzip")
  }

  @Test func gzipIsNotAskedForUnlessThePlanSaysSo() async throws {
    let (answer, request) = try await Self.answer(to: try Self.gzip("slow down"), accepts: false)
    #expect(request.headers["accept-encoding"] == nil)
    #expect(String(decoding: answer.body, as: UTF8.self) == "slow down")
  }

  /// 40 MB of one letter in 40 kB.
  @Test func aBombCostsNoMoreThanWhatIsKept() async throws {
    let (answer, _) = try await Self.answer(to: try Self.gzip(String(repeating: "a", count: 40_000_000)))
    #expect(answer.body == Array(repeating: UInt8(ascii: "a"), count: Answer.bodyLimit))
    #expect(answer.bytes < 100_000 && answer.failure == nil)
  }

  @Test func whatOnlyClaimsToBeGzipStaysAsItCame() async throws {
    let (answer, _) = try await Self.answer(to: Array("not gzip at all".utf8))
    #expect(String(decoding: answer.body, as: UTF8.self) == "not gzip at all")
  }

  @Test func damageEndsTheText() async throws {
    var body = try Self.gzip((0..<200).map { "line \($0 * $0)\n" }.joined())
    body.removeLast(body.count / 2)
    let (answer, _) = try await Self.answer(to: body)
    #expect(String(decoding: answer.body, as: UTF8.self).hasPrefix("line 0\nline 1\nline 4\n"))
  }

  /// A key that the target repeats is found in the plain text, where it can be read.
  @Test func aKeyInACompressedBodyIsRedacted() async throws {
    let (answer, _) = try await Self.answer(to: try Self.gzip("no quota left for value-of-a1"))
    #expect(!String(decoding: answer.body, as: UTF8.self).contains("value-of-a1"))
  }
}
