internal import Glibc

/// A local socket that listens: whoever connects to it is connected, through the server, to one fixed address.
final class Forwarding: Sendable {
  private let listener: OwnedDescriptor
  private let path: String
  private let host: String
  private let port: UInt16

  /// Listens at a path of the file system, whose folder decides who may connect.
  init(path: String, host: String, port: UInt16) throws(SSHError) {
    self.path = path
    self.host = host
    self.port = port
    var address = sockaddr_un()
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw SSHError(.system, "the path of a socket is too long: \(path)")
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    listener = OwnedDescriptor(socket(AF_UNIX, type, 0))
    let status = withUnsafeBytes(of: &address) {
      bind(listener.number, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard listener.number >= 0, status == 0, listen(listener.number, 128) == 0 else {
      throw SSHError(.system, "cannot listen at \(path): \(String(cString: strerror(errno)))")
    }
  }

  deinit { unlink(path) }

  var waitsFor: pollfd { pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0) }

  /// Takes everyone who waits; true if somebody did.
  func accept(into loop: SessionLoop, endpoint: String) -> Bool {
    var accepted = false
    while true {
      let descriptor = Glibc.accept(listener.number, nil, nil)
      guard descriptor >= 0 else { return accepted }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      loop.enqueue(
        RelayOpening(
          socket: OwnedDescriptor(descriptor), host: host, port: port, endpoint: endpoint, waiter: Waiter<Void>()))
      accepted = true
    }
  }
}
