internal import ParallaxSSH
internal import Testing

@Suite("The streams between tasks and a session's thread", .timeLimit(.minutes(1)))
struct StreamTests {
  private static func read(_ stream: InboundStream) async throws(SSHError) -> [UInt8]? {
    try await Waiter<[UInt8]?>.wait { waiter in _ = stream.read(waiter) }
  }

  private static func write(_ bytes: [UInt8], _ stream: OutboundStream) async throws(SSHError) {
    try await Waiter<Void>.wait { waiter in stream.write(bytes[...], waiter) }
  }

  private static func chunk(_ stream: OutboundStream) -> String {
    switch stream.next() {
    case .chunk(let bytes): String(decoding: bytes, as: UTF8.self)
    case .endOfInput: "end"
    case .nothing: "nothing"
    }
  }

  @Test("what was delivered is read before the end, and the end again and again")
  func inbound() async throws {
    let stream = InboundStream(limit: 4, overflow: .pause)
    stream.deliver([1, 2])
    #expect(stream.acceptsMore)
    stream.deliver([3, 4, 5])
    #expect(!stream.acceptsMore)
    stream.end(.success(()))
    stream.deliver([6])
    #expect(try await Self.read(stream) == [1, 2, 3, 4, 5])
    #expect(try await Self.read(stream) == nil)
    #expect(try await Self.read(stream) == nil)
  }

  @Test("a reader that finds the stream full is told that the thread had paused")
  func resume() {
    let stream = InboundStream(limit: 4, overflow: .pause)
    stream.deliver([1, 2])
    #expect(!stream.read(Waiter()))
    stream.deliver([1, 2, 3, 4])
    #expect(stream.read(Waiter()))
    #expect(stream.acceptsMore)
  }

  @Test("bytes meant for a reader that has gone are kept for the next")
  func goneReader() async throws {
    let stream = InboundStream(limit: 4, overflow: .pause)
    let gone = Waiter<[UInt8]?>()
    #expect(!stream.read(gone))
    gone.fail(SSHError(.cancelled, ""))
    stream.deliver([1])
    #expect(try await Self.read(stream) == [1])
    let settled = Waiter<[UInt8]?>()
    settled.fail(SSHError(.cancelled, ""))
    stream.deliver([2])
    _ = stream.read(settled)
    #expect(try await Self.read(stream) == [2])
  }

  @Test("a stream that keeps its tail never stops the thread")
  func tail() {
    let stream = InboundStream(limit: 4, overflow: .keepTail)
    for byte in UInt8(0)..<100 {
      #expect(stream.acceptsMore)
      stream.deliver([byte])
    }
    #expect(stream.takeBuffered() == [96, 97, 98, 99])
    #expect(stream.takeBuffered() == [])
  }

  @Test("writes keep their order, wait for room, and end with the end of input")
  func outbound() async throws {
    let stream = OutboundStream(limit: 4)
    try await Self.write(Array("abcd".utf8), stream)
    let second = Task { try await Self.write(Array("efghij".utf8), stream) }
    while stream.waitingWrites == 0 { await Task.yield() }
    stream.finish()
    #expect(Self.chunk(stream) == "abcd")
    try await second.value
    #expect(Self.chunk(stream) == "efghij")
    #expect(Self.chunk(stream) == "end")
    await expectFailure(.closed) { try await Self.write([1], stream) }
  }

  @Test("a write given up while it waits is not sent")
  func abandonedWrite() async throws {
    let stream = OutboundStream(limit: 4)
    try await Self.write(Array("abcd".utf8), stream)
    let waiter = Waiter<Void>()
    stream.write(Array("lost".utf8)[...], waiter)
    waiter.fail(SSHError(.timedOut, ""))
    #expect(Self.chunk(stream) == "abcd")
    #expect(Self.chunk(stream) == "nothing")
  }

  @Test("a failure reaches waiting and later writes")
  func failure() async throws {
    let stream = OutboundStream(limit: 4)
    try await Self.write(Array("abcd".utf8), stream)
    let waiting = Task { try await Self.write([1], stream) }
    while stream.waitingWrites == 0 { await Task.yield() }
    stream.fail(SSHError(.closed, "gone"))
    await expectFailure(.closed) { try await waiting.value }
    await expectFailure(.closed) { try await Self.write([1], stream) }
    #expect(Self.chunk(stream) == "nothing")
  }

  @Test("thousands of small writes come out whole and in order")
  func manyWrites() async throws {
    let stream = OutboundStream(limit: 1 << 20)
    for number in 0..<5000 { try await Self.write(Array("\(number) ".utf8), stream) }
    var text = ""
    for _ in 0..<5000 { text += Self.chunk(stream) }
    #expect(text == (0..<5000).map { "\($0) " }.joined())
  }
}
