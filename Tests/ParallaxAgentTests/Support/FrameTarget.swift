internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A server that answers HTTP/2's frames with frames of any kind, allowed or not.
final class FrameTarget: Sendable {
  enum Step: Sendable {
    case say([UInt8])
    /// The same again and again, as fast as it is taken.
    case repeatForEver([UInt8])
    case close
  }

  private let channel: any Channel

  var port: Int { channel.localAddress!.port! }
  /// Requests seen.
  var requests: Int { counter.value.withLock { $0 } }
  private let counter: Counter

  final class Counter: Sendable { let value = Mutex(0) }

  /// `greeting` is said at once (a server's settings unless told otherwise), the steps at every HEADERS frame.
  init(greeting: [UInt8] = settings, steps: @escaping @Sendable (_ stream: UInt32) -> [Step]) async throws {
    let counter = Counter()
    self.counter = counter
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            FrameScript(greeting: greeting) { stream in
              counter.value.withLock { $0 += 1 }
              return steps(stream)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  static let settings = frame(type: 4)

  static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
    let length = UInt32(payload.count)
    var bytes = [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
    for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(stream >> shift & 255)) }
    return bytes + payload
  }

  /// HEADERS with `:status: 200` and literal fields.
  static func headers(
    stream: UInt32, status: [UInt8] = [0x88], _ fields: [(String, String)] = [], end: Bool, isWhole: Bool = true
  ) -> [UInt8] {
    var block = status
    for (name, value) in fields {
      block += [0, UInt8(name.utf8.count)]
      block += name.utf8
      block += [UInt8(value.utf8.count)]
      block += value.utf8
    }
    return frame(type: 1, flags: (isWhole ? 4 : 0) | (end ? 1 : 0), stream: stream, block)
  }

  static func data(stream: UInt32, _ bytes: [UInt8], end: Bool) -> [UInt8] {
    frame(type: 0, flags: end ? 1 : 0, stream: stream, bytes)
  }
}

private final class FrameScript: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let greeting: [UInt8]
  private let steps: (UInt32) -> [FrameTarget.Step]
  private var bytes: [UInt8] = []
  private var hasPreface = false
  private var endless: ByteBuffer?

  init(greeting: [UInt8], steps: @escaping (UInt32) -> [FrameTarget.Step]) {
    self.greeting = greeting
    self.steps = steps
  }

  func channelActive(context: ChannelHandlerContext) { say(greeting, context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    if !hasPreface {
      guard bytes.count >= 24 else { return }
      bytes.removeFirst(24)
      hasPreface = true
    }
    while bytes.count >= 9 {
      let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
      guard bytes.count >= 9 + length else { return }
      let stream = bytes[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let isHeaders = bytes[3] == 1
      bytes.removeFirst(9 + length)
      if isHeaders { play(steps(stream), context) }
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) { pour(context) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func play(_ steps: [FrameTarget.Step], _ context: ChannelHandlerContext) {
    for step in steps {
      switch step {
      case .say(let bytes): say(bytes, context)
      case .repeatForEver(let bytes):
        endless = ByteBuffer(bytes: bytes)
        pour(context)
      case .close: context.close(promise: nil)
      }
    }
  }

  private func say(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    if !bytes.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil) }
  }

  private func pour(_ context: ChannelHandlerContext) {
    guard let endless else { return }
    while context.channel.isWritable, context.channel.isActive {
      context.writeAndFlush(wrapOutboundOut(endless), promise: nil)
    }
  }
}
