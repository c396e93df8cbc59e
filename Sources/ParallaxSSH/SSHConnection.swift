/// An authenticated SSH session with a verified host. Commands run in channels of their own, several at a time.
///
/// It lasts until `close()`, until the peer ends it, or until the last reference to it and its channels goes.
public final class SSHConnection: Sendable {
  public let configuration: SSHConfiguration
  public let info: SSHSessionInfo
  let session: Session
  /// The session whose server carries this one.
  private let carrier: SSHConnection?

  private init(
    configuration: SSHConfiguration, info: SSHSessionInfo, session: Session, carrier: SSHConnection?
  ) {
    self.carrier = carrier
    self.configuration = configuration
    self.info = info
    self.session = session
  }

  deinit {
    close()
  }

  /// Connects, verifies the host key against known_hosts (strictly), and authenticates. Each phase has its deadline;
  /// cancelling the task ends the attempt at once.
  ///
  /// - Parameters:
  ///   - carrier: a session with a server through which to go; what passes through it is no more readable to that server
  ///     than to the network. It may carry several, lasts as long as one of them is there, and ends them all when it is
  ///     closed.
  ///   - whenConnected: called when the host key is verified and the login begins.
  public static func connect(
    _ configuration: SSHConfiguration, through carrier: SSHConnection? = nil,
    whenConnected: @Sendable () -> Void = {}
  ) async throws(SSHError) -> SSHConnection {
    let socket = try await carrier?.tunnel(
      to: configuration.host, port: configuration.port, timeout: configuration.timeouts.connect)
    let session = try Session()
    do throws(SSHError) {
      var info = try await Waiter<SSHSessionInfo>.wait { waiter in
        do throws(SSHError) {
          try RunningSessions.start(session) {
            SessionLoop.run(session: session, configuration: configuration, carrier: socket, ready: waiter)
          }
        } catch {
          waiter.fail(error)
        }
      }
      whenConnected()
      let start = ContinuousClock.now
      info.authenticatedBy = try await Authenticator(session: session, configuration: configuration).authenticate()
      info.times.authentication = start.duration(to: .now)
      return SSHConnection(configuration: configuration, info: info, session: session, carrier: carrier)
    } catch {
      session.stop(error)
      throw error
    }
  }

  /// Starts a command by the user's shell on the host.
  ///
  /// Quote what the shell is not to read. Its start-up files run each time, and may print before the command does.
  public func open(_ command: String, standardError: SSHStandardError = .keepTail) async throws(SSHError) -> SSHChannel
  {
    let streams = ChannelStreams(
      endpoint: configuration.endpoint, standardError: standardError == .stream ? .pause : .keepTail)
    try await Waiter<Void>.wait { waiter in
      session.submit(
        Session.Job(
          run: { $0.enqueue(Opening(command: command, streams: streams, waiter: waiter)) },
          abandon: { waiter.fail($0) }))
      session.expire(
        waiter, after: configuration.timeouts.open, "\(configuration.endpoint) started no command")
    }
    return SSHChannel(connection: self, streams: streams)
  }

  /// Ends the session and everything on it. Returns at once, may be called from anywhere and repeatedly; whoever
  /// waits on the session or its channels gets `.closed`.
  public func close() {
    session.stop(SSHError(.closed, "the session with \(configuration.endpoint) was closed"))
  }
}
