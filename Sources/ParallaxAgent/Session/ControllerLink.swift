internal import NIOCore
internal import ParallaxWire

/// Standard input and output as the link to the controller: bytes to messages, and the end of the one as the end of all.
final class ControllerLink: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// Nanoseconds without a word from the controller after which the agent leaves. A cut cable can leave standard input
  /// open for ever; the lease has stopped the load long before.
  private static let patience: Int64 = 600_000_000_000

  private let makeSession: (any Channel) -> AgentSession
  private let atEnd: () -> Void
  private var session: AgentSession?
  private var decoder = FrameDecoder()
  private var patience: Alarm?

  /// `atEnd` is called when the link has closed, with requests possibly still under way.
  init(makeSession: @escaping (any Channel) -> AgentSession, atEnd: @escaping () -> Void) {
    self.makeSession = makeSession
    self.atEnd = atEnd
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    session = makeSession(channel)
    patience = Alarm(on: context.eventLoop) { channel.close(promise: nil) }
    session?.greet()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let receivedAt = MonotonicClock.now()
    patience?.set(at: receivedAt + Self.patience)
    decoder.append(Array(unwrapInboundIn(data).readableBytesView))
    do throws(WireError) {
      while let payload = try decoder.next() {
        session?.handle(try ControllerMessage(encoded: payload), receivedAt: receivedAt)
      }
    } catch {
      session?.fail(PlanRefusal(code: "protocol_error", text: "\(error)"))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { atEnd() }
}
