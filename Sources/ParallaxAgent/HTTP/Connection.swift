internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import ParallaxModel

/// One connection to the target, and the last handler of its channel. Lives on the event loop.
///
/// connecting -> idle -> busy -> idle ... -> closed. An exchange may wait for a connection that is not up yet.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  enum State {
    case connecting(waiting: Exchange?)
    case idle(since: Int64)
    case busy(Exchange)
    case closed
  }

  private(set) var state = State.connecting(waiting: nil)
  /// When it is given up if it does not stand by then.
  var connectDeadline: Int64
  private let isSecure: Bool
  private let isReusable: Bool
  private let answerLimit: Int
  private unowned let pool: ConnectionPool
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

  var isAwaited: Bool {
    if case .connecting(.some) = state { true } else { false }
  }

  /// The exchange starts as soon as the connection stands, at once if it does already.
  func carry(_ exchange: Exchange) {
    exchange.connection = self
    switch state {
    case .connecting: state = .connecting(waiting: exchange)
    case .idle: start(exchange)
    case .busy, .closed: preconditionFailure("the pool hands out a connection only once")
    }
  }

  /// Gives the exchange up and the connection with it: what still comes belongs to nobody.
  func giveUp(_ exchange: Exchange, at now: Int64) {
    switch state {
    case .connecting(.some(let waiting)) where waiting === exchange: close(.connectionTimeout, at: now)
    case .busy(let current) where current === exchange: close(.timeout, at: now)
    default: exchange.finish(.timeout, at: now)
    }
  }

  func close(_ failure: Answer.Failure?, at now: Int64) {
    let exchange: Exchange? =
      switch state {
      case .connecting(let waiting): waiting
      case .busy(let current): current
      case .idle, .closed: nil
      }
    state = .closed
    pool.remove(self)
    channel?.close(promise: nil)
    exchange?.finish(failure ?? .reset, at: now)
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
    guard case .connecting(let waiting) = state else { return }
    stoodAt = MonotonicClock.now()
    state = .idle(since: stoodAt)
    if let waiting { start(waiting) } else { pool.becameIdle(self) }
  }

  private func start(_ exchange: Exchange) {
    let now = MonotonicClock.now()
    guard pool.mayStart(exchange, at: now), let channel else {
      pool.becameIdle(self)
      return
    }
    state = .busy(exchange)
    if exchanges == 0 { exchange.timings.connected = stoodAt }
    exchanges += 1
    exchange.isWritten = true
    channel.write(HTTPClientRequestPart.head(exchange.head), promise: nil)
    channel.write(HTTPClientRequestPart.end(nil), promise: nil)
    exchange.timings.sent = MonotonicClock.now()
    channel.flush()
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
    case .end: complete(exchange)
    }
  }

  private func complete(_ exchange: Exchange) {
    let now = MonotonicClock.now()
    keepAliveTimeout = exchange.builder.keepAliveTimeout ?? keepAliveTimeout
    if isReusable, exchange.builder.keepsAlive, channel?.isActive == true {
      state = .idle(since: now)
      pool.becameIdle(self)
    } else {
      state = .closed
      pool.remove(self)
      channel?.close(promise: nil)
    }
    exchange.finish(nil, at: now)
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
