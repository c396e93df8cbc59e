internal import NIOCore
internal import ParallaxWire

/// Standard input and output as the link to the controller: bytes to messages, and the end of the one as the end of all.
final class ControllerLink: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let makeSession: (any Channel) -> AgentSession
  private let atEnd: () -> Void
  private let patience: Patience
  private var session: AgentSession?
  private var decoder = FrameDecoder()
  /// Rings when the controller has been silent for too long.
  private var silence: Alarm?

  /// `atEnd` is called when the link has closed, with requests possibly still under way.
  init(patience: Patience, makeSession: @escaping (any Channel) -> AgentSession, atEnd: @escaping () -> Void) {
    self.patience = patience
    self.makeSession = makeSession
    self.atEnd = atEnd
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    session = makeSession(channel)
    silence = Alarm(on: context.eventLoop) { channel.close(promise: nil) }
    wait(from: MonotonicClock.now())
    session?.greet()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let receivedAt = MonotonicClock.now()
    decoder.append(Array(unwrapInboundIn(data).readableBytesView))
    do throws(WireError) {
      while let payload = try decoder.next() {
        session?.handle(try ControllerMessage(encoded: payload), receivedAt: receivedAt)
      }
    } catch {
      session?.fail(PlanRefusal(code: "protocol_error", text: "\(error)"))
    }
    wait(from: receivedAt)
  }

  /// For the controller's next word.
  private func wait(from now: Int64) {
    silence?.set(at: now + patience.time(leased: session?.wasLeased ?? false))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { atEnd() }
}
