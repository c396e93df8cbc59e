internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2
internal import NIOTLS
internal import ParallaxModel

/// One HTTP/2 connection to the target, and the last handler of its channel: a stream per exchange, no more at once than
/// the plan and the server allow. Lives on the event loop.
///
/// It does without a channel per stream: a client that sends no bodies needs only the frames.
final class StreamConnection: ChannelInboundHandler, Carrier, Attachable {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  enum State: Equatable {
    case connecting
    case open
    /// Takes no more exchanges and ends with the last one that it carries.
    case draining
    case closed
  }

  private struct Stream {
    let exchange: Exchange
    var headBytes = 0
  }

  /// Bytes of a header list that are taken (SETTINGS_MAX_HEADER_LIST_SIZE).
  private static let headerListLimit = 65_536
  /// Bytes of all heads of one answer: interim ones could come without end.
  private static let headLimit = 262_144
  /// Frames about the connection itself that are put up with between two answers.
  private static let controlFrameLimit = 1000

  private(set) var state = State.connecting
  /// When it is given up if it does not stand by then.
  let connectDeadline: Int64
  private let configuration: StreamPool.Configuration
  private let pool: StreamPool
  private var context: ChannelHandlerContext?
  private var streams: [HTTP2StreamID: Stream] = [:]
  private var nextStream: HTTP2StreamID = 1
  private var serversLimit = Int.max
  private var controlFrames = 0
  private let began: Int64
  private var connectedAt: Int64 = 0
  private var securedAt: Int64?
  /// Until an exchange has taken them.
  private var phases: ConnectionPhases<Int64>?

  init(pool: StreamPool, configuration: StreamPool.Configuration, began: Int64, connectDeadline: Int64) {
    self.pool = pool
    self.configuration = configuration
    self.began = began
    self.connectDeadline = connectDeadline
  }

  /// How many more exchanges it can carry now.
  var room: Int { state == .open ? max(0, min(configuration.streams, serversLimit) - streams.count) : 0 }
  var isIdle: Bool { streams.isEmpty }

  /// Sends the request; there must be room.
  func start(_ exchange: Exchange) {
    guard let context, state == .open else { preconditionFailure("a connection that is not open has no room") }
    let id = nextStream
    nextStream = nextStream.advanced(by: 2)
    streams[id] = Stream(exchange: exchange)
    exchange.carrier = self
    exchange.timings.connection = phases
    phases = nil
    if !configuration.isReusable { state = .draining }
    exchange.timings.sent = MonotonicClock.now()
    send(.headers(.init(headers: exchange.entry.fields, endStream: true)), on: id, context)
  }

  func giveUp(_ exchange: Exchange, _ failure: Answer.Failure, at now: Int64) {
    guard let id = streams.first(where: { $0.value.exchange === exchange })?.key else { return }
    cancel(id, failure, at: now)
  }

  /// Ends the connection, and with it what it carries.
  func close(_ failure: Answer.Failure?, at now: Int64) {
    guard state != .closed else { return }
    let before = state
    state = .closed
    context?.close(promise: nil)
    if before == .connecting { pool.didNotStand(self, failure ?? .reset, at: now) } else { pool.remove(self) }
    let carried = streams
    streams = [:]
    for stream in carried.values { stream.exchange.finish(failure ?? .reset, at: now) }
  }

  // MARK: from the connector

  func attach(to channel: any Channel) throws {
    let http2 = NIOHTTP2Handler(
      mode: .client,
      initialSettings: [
        HTTP2Setting(parameter: .enablePush, value: 0),
        HTTP2Setting(parameter: .maxHeaderListSize, value: Self.headerListLimit),
      ])
    try channel.pipeline.syncOperations.addHandlers([http2, self])
  }

  /// It stands only when the server's settings have come: they say how many streams it takes.
  func connected() { connectedAt = MonotonicClock.now() }

  func failedToConnect(_ error: any Error) {
    if state == .connecting { close(Answer.Failure(connecting: error), at: MonotonicClock.now()) }
  }

  // MARK: from the channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if state == .closed { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case TLSUserEvent.handshakeCompleted(let agreed) where agreed != "h2":
      close(.invalidResponse, at: MonotonicClock.now())
    case TLSUserEvent.handshakeCompleted: securedAt = MonotonicClock.now()
    case let event as StreamClosedEvent where event.reason != nil:
      // Only streams that did not end in order are still known.
      if let stream = streams.removeValue(forKey: event.streamID) { finish(stream, .reset, at: MonotonicClock.now()) }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    let now = MonotonicClock.now()
    switch frame.payload {
    case .headers(let headers): receive(headers, on: frame.streamID, at: now)
    case .data(let data): receive(data, on: frame.streamID, context, at: now)
    case .rstStream: end(frame.streamID, .reset, at: now)
    case .goAway(let last, _, _): goAway(last, at: now)
    case .settings(.settings(let settings)): adopt(settings, at: now)
    // None was asked for; the settings that forbid it are in force only once the server has acknowledged them.
    case .pushPromise: close(.invalidResponse, at: now)
    case .settings(.ack), .ping, .windowUpdate, .priority, .alternativeService, .origin: noteControl(now)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let now = MonotonicClock.now()
    if let error = error as? NIOHTTP2Errors.StreamError { return end(error.streamID, .invalidResponse, at: now) }
    if error.isOfEndedStream { return }
    close(state == .connecting ? Answer.Failure(connecting: error) : Answer.Failure(answering: error), at: now)
  }

  func channelInactive(context: ChannelHandlerContext) { close(.reset, at: MonotonicClock.now()) }

  // MARK: -

  private func receive(_ headers: HTTP2Frame.FramePayload.Headers, on id: HTTP2StreamID, at now: Int64) {
    guard var stream = streams[id] else { return }
    let exchange = stream.exchange
    let size = headers.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    noteFirstByte(exchange, at: now)
    exchange.builder.received(bytes: size)
    stream.headBytes += size
    streams[id] = stream
    guard stream.headBytes <= Self.headLimit else { return cancel(id, .tooLarge, at: now) }
    if !exchange.builder.hasHead {
      guard let status = headers.headers.first(name: ":status").flatMap(Int.init) else {
        return cancel(id, .invalidResponse, at: now)
      }
      if status >= 200 || status == 101 {
        exchange.builder.head(status: status, headers: configuration.redactor().redacted(headers.headers.kept))
      }
    }
    if headers.endStream { end(id, exchange.builder.hasHead ? nil : .invalidResponse, at: now) }
  }

  private func receive(
    _ data: HTTP2Frame.FramePayload.Data, on id: HTTP2StreamID, _ context: ChannelHandlerContext, at now: Int64
  ) {
    // Padding counts against the windows too (RFC 9113, section 6.1).
    let size = data.data.readableBytes + (data.paddingBytes.map { $0 + 1 } ?? 0)
    widen(.rootStream, by: size, context)
    guard let exchange = streams[id]?.exchange else { return }
    noteFirstByte(exchange, at: now)
    exchange.builder.received(bytes: size)
    if case .byteBuffer(let buffer) = data.data { buffer.withUnsafeReadableBytes { exchange.builder.body($0) } }
    if data.endStream {
      end(id, nil, at: now)
    } else if exchange.builder.answer.bytes > configuration.answerLimit {
      cancel(id, .tooLarge, at: now)
    } else {
      widen(id, by: size, context)
    }
  }

  /// Lets the server send as much again as was taken in.
  private func widen(_ id: HTTP2StreamID, by size: Int, _ context: ChannelHandlerContext) {
    guard size > 0, state != .closed else { return }
    send(.windowUpdate(windowSizeIncrement: size), on: id, context)
  }

  private func noteFirstByte(_ exchange: Exchange, at now: Int64) {
    controlFrames = 0
    if exchange.builder.answer.bytes == 0 { exchange.timings.firstByte = now }
  }

  private func adopt(_ settings: HTTP2Settings, at now: Int64) {
    if let limit = settings.last(where: { $0.parameter == .maxConcurrentStreams }) { serversLimit = limit.value }
    guard state == .connecting else { return noteControl(now) }
    state = .open
    phases = ConnectionPhases(began: began, connected: connectedAt, secured: securedAt)
    pool.hasRoom(self, at: now)
  }

  /// Streams above the last one were not processed; the others go on (RFC 9113, section 6.8).
  private func goAway(_ last: HTTP2StreamID, at now: Int64) {
    if state == .connecting { return close(.reset, at: now) }
    if state == .open { state = .draining }
    for id in streams.keys.filter({ $0 > last }) { end(id, .reset, at: now) }
    closeIfDrained(at: now)
  }

  private func noteControl(_ now: Int64) {
    controlFrames += 1
    if controlFrames > Self.controlFrameLimit { close(.invalidResponse, at: now) }
  }

  private func cancel(_ id: HTTP2StreamID, _ failure: Answer.Failure, at now: Int64) {
    // Forgotten first: the library reports the stream's end while the frame is being written.
    guard let stream = streams.removeValue(forKey: id) else { return }
    if let context, state != .closed { send(.rstStream(.cancel), on: id, context) }
    finish(stream, failure, at: now)
  }

  private func end(_ id: HTTP2StreamID, _ failure: Answer.Failure?, at now: Int64) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    finish(stream, failure, at: now)
  }

  private func finish(_ stream: Stream, _ failure: Answer.Failure?, at now: Int64) {
    pool.hasRoom(self, at: now)
    stream.exchange.finish(failure, at: now)
    closeIfDrained(at: now)
  }

  private func closeIfDrained(at now: Int64) {
    if state == .draining, streams.isEmpty { close(nil, at: now) }
  }

  private func send(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
  }
}

extension HPACKHeaders {
  /// The fields that are kept of an answer, in the order received and within an agent's bounds.
  fileprivate var kept: [Header] {
    var headers: [Header] = []
    var bytes = 0
    for (name, value, _) in self where !name.hasPrefix(":") {
      bytes += name.utf8.count + value.utf8.count
      guard ResponseHead.keeps(bytes: bytes, fields: headers.count, name: name.utf8.count) else { continue }
      headers.append(Header(name, value))
    }
    return headers
  }
}

extension Error {
  /// What the library says of a stream that is over already; the connection lives on.
  fileprivate var isOfEndedStream: Bool {
    self is NIOHTTP2Errors.NoSuchStream || self is NIOHTTP2Errors.StreamClosed
  }
}
