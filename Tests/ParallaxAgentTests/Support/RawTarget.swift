internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A server that says given bytes, whether they are HTTP or not, and then behaves as badly as it is told.
final class RawTarget: Sendable {
  /// What is done once a whole request head has come in (or at once, where nothing is waited for).
  enum Step: Sendable {
    case say(String)
    /// The same again and again, as fast as it is taken.
    case repeatForEver(String)
    /// One byte after the other, each so many milliseconds after the one before.
    case trickle(String, milliseconds: Int64)
    case close
    /// Closes with a reset instead of an orderly end.
    case reset
    case doNothing
  }

  private let channel: any Channel
  private let counter: Counter

  var port: Int { channel.localAddress!.port! }
  /// Request heads seen.
  var requests: Int { counter.count.withLock { $0 } }

  final class Counter: Sendable {
    let count = Mutex(0)

    func next() -> Int {
      count.withLock { count in
        count += 1
        return count - 1
      }
    }
  }

  convenience init(_ steps: [Step], beforeRequest: Bool = false) async throws {
    try await self.init(beforeRequest: beforeRequest) { _ in steps }
  }

  /// `steps` gets how many connections came before.
  init(beforeRequest: Bool = false, steps: @escaping @Sendable (Int) -> [Step]) async throws {
    let counter = Counter()
    let connections = Counter()
    self.counter = counter
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            Script(steps(connections.next()), beforeRequest: beforeRequest) { _ = counter.next() })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }
}

private final class Script: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let steps: [RawTarget.Step]
  private let beforeRequest: Bool
  private let counted: () -> Void
  private var head = ""
  private var endless: ByteBuffer?

  init(_ steps: [RawTarget.Step], beforeRequest: Bool, counted: @escaping () -> Void) {
    self.steps = steps
    self.beforeRequest = beforeRequest
    self.counted = counted
  }

  func channelActive(context: ChannelHandlerContext) {
    if beforeRequest { play(context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    head += String(buffer: unwrapInboundIn(data))
    guard head.hasSuffix("\r\n\r\n") else { return }
    head = ""
    counted()
    if !beforeRequest { play(context) }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) { pour(context) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func play(_ context: ChannelHandlerContext) {
    for step in steps {
      switch step {
      case .say(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      case .repeatForEver(let text):
        endless = ByteBuffer(string: text)
        pour(context)
      case .trickle(let text, let milliseconds): trickle(Array(text.utf8)[...], milliseconds, context.channel)
      case .close: context.close(promise: nil)
      case .reset:
        let channel = context.channel
        let options = channel as? any SocketOptionProvider
        options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
      case .doNothing: break
      }
    }
  }

  private func pour(_ context: ChannelHandlerContext) {
    guard let endless else { return }
    while context.channel.isWritable, context.channel.isActive {
      context.writeAndFlush(wrapOutboundOut(endless), promise: nil)
    }
  }

  private func trickle(_ bytes: ArraySlice<UInt8>, _ milliseconds: Int64, _ channel: any Channel) {
    guard let first = bytes.first, channel.isActive else { return }
    channel.writeAndFlush(ByteBuffer(bytes: [first]), promise: nil)
    channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) { [self] in
      trickle(bytes.dropFirst(), milliseconds, channel)
    }
  }
}
