internal import CLibSSH2
internal import Glibc

/// A session's own thread: connects, shakes hands, and then serves the channels until it is told to stop or the
/// connection ends. Everything in here is touched by that thread alone.
final class SessionLoop {
  let session: Session
  let configuration: SSHConfiguration
  let transport: Transport
  /// The `LIBSSH2_SESSION`.
  let handle: OpaquePointer
  private var channels: [any LoopChannel] = []
  private var openings: [any ChannelOpening] = []
  private var forwardings: [Forwarding] = []
  /// The socket has ended, but readers have not come to its end yet.
  private var peerIsGone = false

  /// libssh2_init is not safe to call twice at once; a lazy global is initialised once.
  private static let initialization: Int32 = {
    let status = libssh2_init(0)
    RunningSessions.endAtExit()
    return status
  }()

  private init(session: Session, configuration: SSHConfiguration, descriptor: OwnedDescriptor) throws(SSHError) {
    self.session = session
    self.configuration = configuration
    transport = Transport(descriptor: descriptor)
    guard Self.initialization == 0, let handle = libssh2_session_init_ex(nil, nil, nil, transport.abstract) else {
      throw SSHError(.system, "libssh2 cannot start", underlying: Self.initialization)
    }
    self.handle = handle
    libssh2_session_set_blocking(handle, 0)
    transport.attach(to: handle)
  }

  /// The thread's body. `ready` gets the session's particulars once the host key is verified.
  ///
  /// - Parameter carrier: a connection that stands already, through another session; without one it is made here.
  static func run(
    session: Session, configuration: SSHConfiguration, carrier: OwnedDescriptor?, ready: Waiter<SSHSessionInfo>
  ) {
    do throws(SSHError) {
      let policy = try HostKeyPolicy(configuration: configuration)
      var times = SSHSessionInfo.Times()
      let clock = ContinuousClock()
      let start = clock.now
      let (descriptor, address): (OwnedDescriptor, String)
      if let carrier {
        (descriptor, address) = (carrier, configuration.host)
      } else {
        (descriptor, address) = try TCPConnection.open(configuration, session: session)
      }
      times.connect = start.duration(to: clock.now)
      let loop = try SessionLoop(session: session, configuration: configuration, descriptor: descriptor)
      do throws(SSHError) {
        let key = try loop.shakeHands(policy)
        times.handshake = start.duration(to: clock.now) - times.connect
        ready.succeed(loop.info(address: address, key: key, times: times))
        try loop.serve()
      } catch {
        loop.tearDown(error)
        throw error
      }
    } catch {
      session.end(error)
      ready.fail(error)
    }
  }

  // MARK: Serving

  /// Ends only by throwing: the reason.
  private func serve() throws(SSHError) {
    while true {
      for job in try session.takeJobs() { job.run(self) }
      transport.starved = false
      let received = transport.received
      var progress = progressOpening()
      for forwarding in forwardings where forwarding.accept(into: self, endpoint: configuration.endpoint) {
        progress = true
      }
      for channel in channels where channel.progress(transport) { progress = true }
      channels.removeAll { $0.isFinished }
      transport.flush()
      // Any call may have read packets that belong to a channel already looked at: only a pass that read nothing and
      // moved nothing proves that there is nothing to do.
      if progress || transport.received != received {
        session.expireDeadlines()
        continue
      }
      if let reason = transport.endingReason { throw SSHError(.closed, "\(configuration.endpoint): \(reason)") }
      try wait()
    }
  }

  /// Without a reader that wants input, a readable socket would wake us for nothing: then only its end counts, which
  /// ends an idle session at once, and otherwise waits for the readers to take what came before it.
  private func wait() throws(SSHError) {
    if !channels.contains(where: \.isSending) { transport.rest() }
    let output = Int16(transport.pendingOutput > 0 ? POLLOUT : 0)
    let others = channels.compactMap(\.waitsFor) + forwardings.map(\.waitsFor)
    if transport.starved {
      _ = session.wait(for: transport.descriptor, events: Int16(POLLIN) | output, others: others)
      return
    }
    let ended = Int16(parallax_pollrdhup) | Int16(POLLHUP) | Int16(POLLERR)
    let outcome = session.wait(
      for: peerIsGone ? -1 : transport.descriptor, events: Int16(parallax_pollrdhup) | output, others: others)
    guard case .ready(let events) = outcome, events & ended != 0 else { return }
    peerIsGone = true
    if channels.isEmpty, openings.isEmpty {
      throw SSHError(.closed, "\(configuration.endpoint): the server closed the connection")
    }
  }

  /// libssh2 keeps the state of one channel opening for each session, so they take turns.
  func enqueue(_ opening: any ChannelOpening) {
    openings.append(opening)
  }

  private func progressOpening() -> Bool {
    guard let opening = openings.first, case .settled(let channel) = opening.progress(handle, transport) else {
      return false
    }
    openings.removeFirst()
    if let channel { channels.append(channel) }
    return true
  }

  func closeChannel(with streams: ChannelStreams) {
    channels.first { ($0 as? ServedChannel)?.streams === streams }?.close()
  }

  func add(_ forwarding: Forwarding) { forwardings.append(forwarding) }

  // MARK: One call at a time

  /// What a phase that nothing else can run beside may take, and how its failures are called.
  struct Phase {
    let name: String
    let limit: Session.Instant
    let timedOut: SSHError.Code
    let ended: SSHError.Code
  }

  /// Repeats a call until libssh2 no longer says that it would block, and returns what it says instead.
  func drive(_ phase: Phase, _ call: () -> Int32) throws(SSHError) -> Int32 {
    while true {
      try session.throwIfStopped()
      let status = call()
      transport.flush()
      guard status == LIBSSH2_ERROR_EAGAIN else { return status }
      if let reason = transport.endingReason {
        throw SSHError(phase.ended, "\(configuration.endpoint): \(reason) during \(phase.name)")
      }
      let events = Int16(POLLIN) | Int16(transport.pendingOutput > 0 ? POLLOUT : 0)
      if case .timedOut = session.wait(for: transport.descriptor, events: events, until: phase.limit) {
        throw SSHError(phase.timedOut, "\(configuration.endpoint) fell silent during \(phase.name)")
      }
    }
  }

  /// libssh2's latest error, in its words.
  var lastError: (code: Int32, message: String) {
    var message: UnsafeMutablePointer<CChar>?
    let code = libssh2_session_last_error(handle, &message, nil, 0)
    return (code, message.map { String(cString: $0) } ?? "no reason given")
  }

  // MARK: The end

  private func tearDown(_ reason: SSHError) {
    for opening in openings { opening.waiter.fail(reason) }
    for channel in channels { channel.abandon(reason) }
    if transport.ending == nil {
      _ = parallax_ssh2_disconnect_politely(handle)
      transport.flush()
    }
    transport.abandoned = true
    // Told that the connection is gone, libssh2 has nothing left to wait for; the bound is for its bugs.
    for _ in 0..<1000 where libssh2_session_free(handle) != LIBSSH2_ERROR_EAGAIN { break }
  }
}
