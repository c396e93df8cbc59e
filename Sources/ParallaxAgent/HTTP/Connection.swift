internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import ParallaxModel

/// One connection to the target, and the last handler of its channel. Lives on the event loop.
///
/// connecting -> free -> busy -> answered -> free ... -> closed. It is free again only when all that came with the end
/// of an answer was seen: bytes beyond it must not be taken for the next one.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  enum State {
    case connecting
    case free(since: Int64)
    case busy(Exchange)
    case answered(Exchange, at: Int64)
    case closed
  }

  private(set) var state = State.connecting
  /// When it is given up if it does not stand by then.
  let connectDeadline: Int64
  private let isSecure: Bool
  private let isReusable: Bool
  private let answerLimit: Int
  private let pool: ConnectionPool
  private var channel: (any Channel)?
  private var stoodAt: Int64 = 0
  private var exchanges = 0
  /// Seconds for which the server keeps it when idle, as it says.
  private(set) var keepAliveTimeout: Int64?

  init(pool: ConnectionPool, isSecure: Bool, isReusable: Bool, answerLimit: Int, connectDeadline: Int64) {
    self.pool = pool
    self.isSecure = isSecure
    self.isReusable = isReusable
    self.answerLimit = answerLimit
    self.connectDeadline = connectDeadline
  }

  /// Writes the request; the connection must be free.
  func start(_ exchange: Exchange) {
    guard let channel else { preconditionFailure("a connection without a channel is not free") }
    state = .busy(exchange)
    exchange.connection = self
    if exchanges == 0 { exchange.timings.connected = stoodAt }
    exchanges += 1
    channel.write(HTTPClientRequestPart.head(exchange.head), promise: nil)
    channel.write(HTTPClientRequestPart.end(nil), promise: nil)
    exchange.timings.sent = MonotonicClock.now()
    channel.flush()
  }

  /// Ends the connection, and with it what it carries or what waits for it.
  func close(_ failure: Answer.Failure?, at now: Int64) {
    let before = state
    state = .closed
    channel?.close(promise: nil)
    switch before {
    case .connecting: pool.didNotStand(self, failure ?? .reset, at: now)
    case .free: pool.remove(self)
    case .busy(let exchange): exchange.finish(failure ?? .reset, at: now)
    case .answered(let exchange, let end): exchange.finish(nil, at: end)
    case .closed: break
    }
  }

  // MARK: from the connector

  func attach(_ channel: any Channel) {
    self.channel = channel
    if case .closed = state { channel.close(promise: nil) }
  }

  func connected() {
    if !isSecure { stood() }
  }

  func failedToConnect(_ error: any Error) {
    guard case .connecting = state else { return }
    close(Answer.Failure(connecting: error), at: MonotonicClock.now())
  }

  private func stood() {
    guard case .connecting = state else { return }
    stoodAt = MonotonicClock.now()
    free(at: stoodAt)
  }

  private func free(at now: Int64) {
    state = .free(since: now)
    pool.becameFree(self, at: now)
  }

  // MARK: from the channel

  func received(bytes: Int) throws {
    guard case .busy(let exchange) = state else { return }
    if exchange.builder.answer.bytes == 0 { exchange.timings.firstByte = MonotonicClock.now() }
    exchange.builder.received(bytes: bytes)
    let limit = exchange.builder.hasHead ? answerLimit : ByteTap.headLimit
    if exchange.builder.answer.bytes > limit { throw AnswerTooLarge() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Whatever comes without a request is a broken server's, or a late end of what was given up.
    guard case .busy(let exchange) = state else { return close(nil, at: MonotonicClock.now()) }
    switch unwrapInboundIn(data) {
    case .head(let head): exchange.builder.head(head)
    case .body(let buffer): exchange.builder.body(buffer)
    case .end: state = .answered(exchange, at: MonotonicClock.now())
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard case .answered(let exchange, let end) = state else { return }
    keepAliveTimeout = exchange.builder.keepAliveTimeout ?? keepAliveTimeout
    guard isReusable, exchange.builder.keepsAlive, context.channel.isActive else { return close(nil, at: end) }
    free(at: end)
    exchange.finish(nil, at: end)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { stood() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Many servers end TLS without a close notification; whether an answer was cut short, its framing says.
    if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError { return }
    failed(error)
  }

  func failed(_ error: any Error) {
    let failure: Answer.Failure =
      if case .connecting = state { Answer.Failure(connecting: error) } else { Answer.Failure(answering: error) }
    close(failure, at: MonotonicClock.now())
  }

  func channelInactive(context: ChannelHandlerContext) {
    let failure: Answer.Failure = if case .connecting = state, isSecure { .tls } else { .reset }
    close(failure, at: MonotonicClock.now())
  }
}
