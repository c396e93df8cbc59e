internal import CLibSSH2
internal import Glibc

/// A TCP connection that the server is to make for us (RFC 4254 section 7.2, `direct-tcpip`), and the local socket whose
/// bytes go through it. Owns the socket.
final class RelayOpening: ChannelOpening {
  let waiter: Waiter<Void>
  private let socket: OwnedDescriptor
  private let host: String
  private let port: UInt16
  /// The server, for messages.
  private let endpoint: String
  private var begun = false

  init(socket: OwnedDescriptor, host: String, port: UInt16, endpoint: String, waiter: Waiter<Void>) {
    self.socket = socket
    self.host = host
    self.port = port
    self.endpoint = endpoint
    self.waiter = waiter
  }

  func progress(_ session: OpaquePointer, _ transport: Transport) -> OpeningOutcome {
    if !begun, waiter.isSettled { return .settled(nil) }
    begun = true
    guard let channel = libssh2_channel_direct_tcpip_ex(session, host, Int32(port), "127.0.0.1", 0) else {
      let status = libssh2_session_last_errno(session)
      if status == LIBSSH2_ERROR_EAGAIN { return .pending }
      if status != LIBSSH2_ERROR_CHANNEL_FAILURE { transport.check(Int(status)) }
      waiter.fail(
        SSHError(
          .unreachable, "\(endpoint) does not connect us to \(KnownHosts.name(host: host, port: port))",
          remedy: "can it reach that address, and does its sshd allow it (AllowTcpForwarding, PermitOpen)?",
          underlying: status))
      return .settled(nil)
    }
    let relayed = RelayedChannel(handle: channel, socket: socket)
    if !waiter.succeed(()) { relayed.close() }
    return .settled(relayed)
  }
}

/// A descriptor that is closed with its owner.
final class OwnedDescriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// Two sockets that are connected with each other.
  static func pair() throws(SSHError) -> (OwnedDescriptor, OwnedDescriptor) {
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw SSHError(.system, "socketpair: \(String(cString: strerror(errno)))")
    }
    return (OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1]))
  }
}
