internal import Glibc

/// Opens the connection: every address of the host in turn, each with its share of the time that is left.
enum TCPConnection {
  static func open(_ configuration: SSHConfiguration, session: Session) throws(SSHError) -> (OwnedDescriptor, String) {
    let limit = ContinuousClock.now + configuration.timeouts.connect
    let addresses = try Resolver.addresses(
      of: configuration.host, port: configuration.port, session: session, until: limit)
    var failure = SSHError(.nameResolution, "\(configuration.host) has no address")
    for (index, address) in addresses.enumerated() {
      let share = ContinuousClock.now.duration(to: limit) / (addresses.count - index)
      do throws(SSHError) {
        let descriptor = try connect(
          address, endpoint: configuration.endpoint, session: session, until: ContinuousClock.now + share)
        tune(descriptor, silence: configuration.timeouts.silence)
        return (OwnedDescriptor(descriptor), address.text)
      } catch {
        // The first failure is the one of the address that the resolver thinks best.
        if index == 0 { failure = error }
        try session.throwIfStopped()
      }
    }
    throw failure
  }

  private static func connect(
    _ address: SocketAddress, endpoint: String, session: Session, until limit: Session.Instant
  ) throws(SSHError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw failure(errno, endpoint, address) }
    do throws(SSHError) {
      let status = address.bytes.withUnsafeBytes {
        Glibc.connect(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
      }
      if status != 0 {
        guard errno == EINPROGRESS else { throw failure(errno, endpoint, address) }
        try finish(descriptor, endpoint, address, session: session, until: limit)
      }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func finish(
    _ descriptor: Int32, _ endpoint: String, _ address: SocketAddress, session: Session, until limit: Session.Instant
  ) throws(SSHError) {
    while true {
      try session.throwIfStopped()
      switch session.wait(for: descriptor, events: Int16(POLLOUT), until: limit) {
      case .woken: continue
      case .timedOut:
        throw SSHError(
          .connectTimeout, "\(endpoint) (\(address.text)) did not answer in time",
          remedy: "check the address, the port and the firewalls between")
      case .ready:
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        if number != 0 { throw failure(number, endpoint, address) }
        return
      }
    }
  }

  private static func failure(_ number: Int32, _ endpoint: String, _ address: SocketAddress) -> SSHError {
    let reason = String(cString: strerror(number))
    switch number {
    case ECONNREFUSED:
      return SSHError(
        .connectionRefused, "\(endpoint) (\(address.text)) refused the connection", remedy: "is sshd running there?")
    case ETIMEDOUT: return SSHError(.connectTimeout, "\(endpoint) (\(address.text)) did not answer: \(reason)")
    default: return SSHError(.unreachable, "\(endpoint) (\(address.text)) cannot be reached: \(reason)")
    }
  }

  /// Small messages leave at once, and a peer that falls silent is noticed by the kernel: five seconds of quiet start
  /// the probes, and data or probes unacknowledged for `silence` end the connection.
  private static func tune(_ descriptor: Int32, silence: Duration) {
    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
      var value = value
      setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
    set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    set(SOL_SOCKET, SO_KEEPALIVE, 1)
    set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 5)
    set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
    set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: Int(silence / .milliseconds(1))))
  }
}
