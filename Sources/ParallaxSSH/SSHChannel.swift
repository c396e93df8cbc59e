/// What becomes of a command's standard error.
public enum SSHStandardError: Sendable, Equatable {
  /// The last 64 KiB are kept for `errorTail()`; nobody needs to read, and the command never waits for it.
  case keepTail
  /// It is read by `readError()`, and a reader that does not keep up stops the command.
  case stream
}

/// A running remote command: its input, output and error output are independent of each other, and each may be used
/// from a task of its own. Closed when the last reference goes.
public final class SSHChannel: Sendable {
  private let connection: SSHConnection
  private let streams: ChannelStreams

  init(connection: SSHConnection, streams: ChannelStreams) {
    self.connection = connection
    self.streams = streams
  }

  deinit {
    close()
  }

  private var session: Session { connection.session }

  /// Queues bytes for the command's standard input, in the order of the calls. Waits only while more than 1 MiB is
  /// queued (a slow command or link); then `timeout` and cancellation take the whole of this write back.
  ///
  /// That bytes are queued does not say that the command has read them: only its answer or its exit status does.
  public func write(_ bytes: [UInt8], timeout: Duration? = nil) async throws(SSHError) {
    try await write(bytes[...], timeout: timeout)
  }

  /// The same with a part of a larger array, which is not copied and stays until the part is sent.
  public func write(_ bytes: ArraySlice<UInt8>, timeout: Duration? = nil) async throws(SSHError) {
    try await Waiter<Void>.wait { waiter in
      streams.input.write(bytes, waiter)
      session.wake()
      session.expire(waiter, after: timeout, "\(streams.endpoint): no input was taken")
    }
  }

  /// Ends the command's standard input, after what is queued.
  public func finishWriting() {
    streams.input.finish()
    session.wake()
  }

  /// The next bytes of standard output, as they came, at least one; nil at its end.
  public func read(timeout: Duration? = nil) async throws(SSHError) -> [UInt8]? {
    try await read(from: streams.output, timeout, "\(streams.endpoint): no output came")
  }

  /// The next bytes of standard error, if it was asked for as a stream; nil at its end.
  public func readError(timeout: Duration? = nil) async throws(SSHError) -> [UInt8]? {
    try await read(from: streams.errorOutput, timeout, "\(streams.endpoint): no error output came")
  }

  /// What the command has printed to standard error since last asked, at most its last 64 KiB.
  public func errorTail() -> String {
    String(decoding: streams.errorOutput.takeBuffered(), as: UTF8.self)
  }

  /// How the command ended. Its output must be read, or it may never end.
  public func exit(timeout: Duration? = nil) async throws(SSHError) -> SSHExit {
    try await Waiter<SSHExit>.wait { waiter in
      streams.exit.add(waiter)
      session.expire(waiter, after: timeout, "\(streams.endpoint): the command did not end")
    }
  }

  /// Gives the command up: it sees the end of its input and a closed output. Returns at once, may be called from
  /// anywhere and repeatedly. A command that reads neither goes on running on the host.
  public func close() {
    session.submit(Session.Job(run: { [streams] in $0.closeChannel(with: streams) }, abandon: { _ in }))
  }

  private func read(
    from stream: InboundStream, _ timeout: Duration?, _ message: @autoclosure () -> String
  ) async throws(SSHError) -> [UInt8]? {
    try await Waiter<[UInt8]?>.wait { waiter in
      if stream.read(waiter) { session.wake() }
      session.expire(waiter, after: timeout, message())
    }
  }
}
