internal import CLibSSH2

/// The ends of a channel that the tasks hold, without libssh2.
final class ChannelStreams: Sendable {
  static let inboundLimit = 1 << 20
  static let outboundLimit = 1 << 20
  static let errorTail = 1 << 16

  /// The host, for messages.
  let endpoint: String
  let input = OutboundStream(limit: outboundLimit)
  let output = InboundStream(limit: inboundLimit, overflow: .pause)
  let errorOutput: InboundStream
  let exit = Promise<SSHExit>()

  init(endpoint: String, standardError: InboundStream.Overflow) {
    self.endpoint = endpoint
    errorOutput = InboundStream(
      limit: standardError == .pause ? Self.inboundLimit : Self.errorTail, overflow: standardError)
  }

  func fail(_ error: SSHError) {
    input.fail(error)
    output.end(.failure(error))
    errorOutput.end(.failure(error))
    exit.settle(.failure(error))
  }
}

/// A command's channel as the session's thread sees it: moves bytes between libssh2 and the streams.
final class ServedChannel: LoopChannel {
  private enum State {
    case open
    /// The caller is done with it: say so to the server, and wait for its word.
    case closing
    case finished
  }

  private let handle: OpaquePointer
  private let session: OpaquePointer
  let streams: ChannelStreams
  private var state = State.open
  /// What is being sent: its first byte is the next.
  private var chunk: ArraySlice<UInt8> = []
  /// The largest window that the server has offered so far.
  private var widest: UInt = 0
  private var inputEnded = false
  private var outputEnded = false

  /// One buffer for all channels of a thread's loop would do; one each is simpler, and a session has few.
  private let scratch = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 1 << 15)

  init(handle: OpaquePointer, session: OpaquePointer, streams: ChannelStreams) {
    self.handle = handle
    self.session = session
    self.streams = streams
  }

  deinit {
    scratch.deallocate()
  }

  var isSending: Bool { !chunk.isEmpty }

  var isFinished: Bool {
    if case .finished = state { true } else { false }
  }

  func close() {
    guard case .open = state else { return }
    state = .closing
    streams.fail(SSHError(.closed, "\(streams.endpoint): the channel was closed"))
  }

  /// The session is over; libssh2 frees the channel with it.
  func abandon(_ reason: SSHError) {
    streams.fail(reason)
    state = .finished
  }

  /// Moves what can be moved. False if nothing could.
  func progress(_ transport: Transport) -> Bool {
    switch state {
    case .finished: return false
    case .closing: return finishClosing()
    case .open:
      let received = receive(0, streams.output, transport)
      let receivedErrors = receive(SSH_EXTENDED_DATA_STDERR, streams.errorOutput, transport)
      let sent = send(transport)
      return received || receivedErrors || sent || noticeEnd(transport)
    }
  }

  private func receive(_ stream: Int32, _ target: InboundStream, _ transport: Transport) -> Bool {
    var progress = false
    while !outputEnded, target.acceptsMore {
      let count = libssh2_channel_read_ex(handle, stream, scratch.baseAddress, scratch.count)
      guard count > 0 else {
        transport.check(count)
        break
      }
      target.deliver(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<count]))
      progress = true
    }
    return progress
  }

  private func send(_ transport: Transport) -> Bool {
    var progress = false
    let reach = transport.reach
    while !inputEnded, transport.pendingOutput < Transport.highWater, !isAhead(of: reach) {
      if chunk.isEmpty {
        switch streams.input.next() {
        case .nothing: return progress
        case .chunk(let bytes): chunk = bytes
        case .endOfInput:
          let status = libssh2_channel_send_eof(handle)
          if status == LIBSSH2_ERROR_EAGAIN { return progress }
          transport.check(Int(status))
          inputEnded = true
          return true
        }
      }
      let count = chunk.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          libssh2_channel_write_ex(handle, 0, $0.baseAddress, $0.count)
        }
      }
      guard count > 0 else {
        // EAGAIN: the server's window is used up; what it answers will open it.
        transport.check(count)
        break
      }
      chunk = chunk.count == count ? [] : chunk.dropFirst(count)
      progress = true
    }
    return progress
  }

  /// Whether more is on its way, or lies in the server and waits for the command, than the link needs. OpenSSH keeps it
  /// in a growing buffer: letting its window of 2 MiB fill costs a server as much as receiving 20 MB (measured).
  ///
  /// Only where output is read too: that is how the server's word of what the command took gets here.
  private func isAhead(of reach: UInt) -> Bool {
    let window = libssh2_channel_window_write_ex(handle, nil)
    widest = max(widest, window)
    return widest - window > reach && !outputEnded && streams.output.acceptsMore
  }

  /// The server's end of output, and its close, which follows the exit status.
  private func noticeEnd(_ transport: Transport) -> Bool {
    if !outputEnded {
      guard libssh2_channel_eof(handle) == 1 else { return false }
      outputEnded = true
      streams.output.end(.success(()))
      streams.errorOutput.end(.success(()))
      return true
    }
    let status = libssh2_channel_wait_closed(handle)
    if status < 0 {
      transport.check(Int(status))
      return false
    }
    streams.input.fail(SSHError(.closed, "\(streams.endpoint): the remote command has ended"))
    return finishClosing()
  }

  private func finishClosing() -> Bool {
    if libssh2_channel_close(handle) == LIBSSH2_ERROR_EAGAIN { return false }
    streams.exit.settle(exitReport())
    _ = libssh2_channel_free(handle)
    state = .finished
    return true
  }

  private func exitReport() -> Result<SSHExit, SSHError> {
    var signal: UnsafeMutablePointer<CChar>?
    var length = 0
    libssh2_channel_get_exit_signal(handle, &signal, &length, nil, nil, nil, nil)
    // Killed by a signal, a command has no status, and libssh2 says 0.
    defer { if let signal { libssh2_free(session, signal) } }
    if let signal {
      let name = UnsafeRawBufferPointer(start: signal, count: length).prefix { $0 != 0 }
      return .success(.signal(String(decoding: name, as: UTF8.self)))
    }
    return .success(.status(libssh2_channel_get_exit_status(handle)))
  }
}
