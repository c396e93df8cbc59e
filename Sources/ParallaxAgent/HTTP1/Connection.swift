internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import ParallaxModel

/// One HTTP/1.1 connection to the target, and the last handler of its channel. Lives on the event loop.
///
/// connecting -> free -> busy -> answered -> free ... -> closed. It is free again only when all that came with the end
/// of an answer was seen: bytes beyond it must not be taken for the next one.
final class Connection: ChannelInboundHandler, Carrier, Attachable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes that may come before the end of the headers, interim answers among them.
  private static let headLimit = 262_144

  enum State {
    case connecting
    case free(since: Int64)
    case busy(Exchange)
    /// `isSpoiled` when more came than the answer: what that belongs to, nobody knows.
    case answered(Exchange, at: Int64, isSpoiled: Bool)
    case closed
  }

  private(set) var state = State.connecting
  /// When it is given up if it does not stand by then.
  let connectDeadline: Int64
  private let isSecure: Bool
  private let isReusable: Bool
  private let answerLimit: Int
  private let pool: ConnectionPool
  private let memory: HeadMemory
  private var context: ChannelHandlerContext?
  private var parser: ResponseParser
  private let began: Int64
  private var connectedAt: Int64 = 0
  /// Until an exchange has taken them.
  private var phases: ConnectionPhases<Int64>?
  /// Seconds for which the server keeps it when idle, as it says.
  private(set) var keepAliveTimeout: Int64?

  init(
    pool: ConnectionPool, memory: HeadMemory, isSecure: Bool, isReusable: Bool, answerLimit: Int,
    began: Int64, connectDeadline: Int64
  ) {
    self.pool = pool
    self.memory = memory
    parser = ResponseParser(memory: memory, isBodiless: false)
    self.isSecure = isSecure
    self.isReusable = isReusable
    self.answerLimit = answerLimit
    self.began = began
    self.connectDeadline = connectDeadline
  }

  /// Writes the request; the connection must be free.
  func start(_ exchange: Exchange) {
    guard let context else { preconditionFailure("a connection without a channel is not free") }
    state = .busy(exchange)
    exchange.carrier = self
    parser = ResponseParser(memory: memory, isBodiless: exchange.entry.isHead)
    exchange.timings.connection = phases
    phases = nil
    exchange.timings.sent = MonotonicClock.now()
    context.writeAndFlush(wrapOutboundOut(exchange.entry.bytes), promise: nil)
  }

  func giveUp(_ exchange: Exchange, _ failure: Answer.Failure, at now: Int64) { close(failure, at: now) }

  /// Ends the connection, and with it what it carries or what waits for it.
  func close(_ failure: Answer.Failure?, at now: Int64) {
    let before = state
    state = .closed
    context?.close(promise: nil)
    switch before {
    case .connecting: pool.didNotStand(self, failure ?? .reset, at: now)
    case .free: pool.remove(self)
    case .busy(let exchange): exchange.finish(failure ?? .reset, at: now)
    case .answered(let exchange, let end, _): exchange.finish(nil, at: end)
    case .closed: break
    }
  }

  // MARK: from the connector

  func attach(to channel: any Channel) throws { try channel.pipeline.syncOperations.addHandler(self) }

  func connected() {
    connectedAt = MonotonicClock.now()
    if !isSecure { stood(at: connectedAt) }
  }

  func failedToConnect(_ error: any Error) {
    guard case .connecting = state else { return }
    close(Answer.Failure(connecting: error), at: MonotonicClock.now())
  }

  private func stood(at now: Int64) {
    guard case .connecting = state else { return }
    phases = ConnectionPhases(began: began, connected: connectedAt, secured: isSecure ? now : nil)
    free(at: now)
  }

  private func free(at now: Int64) {
    state = .free(since: now)
    pool.becameFree(self, at: now)
  }

  // MARK: from the channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if case .closed = state { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Whatever comes without a request is a broken server's, or a late end of what was given up.
    guard case .busy(let exchange) = state else { return spoil() }
    let now = MonotonicClock.now()
    let buffer = unwrapInboundIn(data)
    if exchange.builder.answer.bytes == 0 { exchange.timings.firstByte = now }
    exchange.builder.received(bytes: buffer.readableBytes)
    do throws(AnswerDefect) {
      try buffer.withUnsafeReadableBytes { (bytes) throws(AnswerDefect) in
        try read(bytes, for: exchange, at: now)
      }
    } catch {
      close(error == .tooLarge ? .tooLarge : .invalidResponse, at: MonotonicClock.now())
    }
  }

  private func read(_ bytes: UnsafeRawBufferPointer, for exchange: Exchange, at now: Int64) throws(AnswerDefect) {
    // An answer whose body is broken has a head all the same.
    defer { takeHead(for: exchange) }
    let taken = try parser.read(bytes) { exchange.builder.body($0) }
    if parser.isComplete {
      state = .answered(exchange, at: now, isSpoiled: taken < bytes.count)
    } else if exchange.builder.answer.bytes > (parser.head != nil ? answerLimit : Self.headLimit) {
      throw .tooLarge
    }
  }

  private func takeHead(for exchange: Exchange) {
    guard !exchange.builder.hasHead, let head = parser.head else { return }
    exchange.builder.head(status: head.status, headers: head.headers)
  }

  private func spoil() {
    if case .answered(let exchange, let end, _) = state {
      state = .answered(exchange, at: end, isSpoiled: true)
    } else {
      close(nil, at: MonotonicClock.now())
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard case .answered(let exchange, let end, let isSpoiled) = state, let head = parser.head else { return }
    keepAliveTimeout = head.keepAliveTimeout ?? keepAliveTimeout
    guard isReusable, head.keepsAlive, !isSpoiled, context.channel.isActive else { return close(nil, at: end) }
    free(at: end)
    exchange.finish(nil, at: end)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { stood(at: MonotonicClock.now()) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Many servers end TLS without a close notification; whether an answer was cut short, its framing says.
    if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError { return }
    failed(error)
  }

  private func failed(_ error: any Error) {
    let failure: Answer.Failure =
      if case .connecting = state { Answer.Failure(connecting: error) } else { Answer.Failure(answering: error) }
    close(failure, at: MonotonicClock.now())
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .busy(let exchange) = state, parser.mayEndHere {
      state = .answered(exchange, at: MonotonicClock.now(), isSpoiled: true)
    }
    let failure: Answer.Failure = if case .connecting = state, isSecure { .tls } else { .reset }
    close(failure, at: MonotonicClock.now())
  }
}
