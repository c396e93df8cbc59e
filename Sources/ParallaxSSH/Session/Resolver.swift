internal import Glibc
internal import Synchronization

/// One address to connect to.
struct SocketAddress: Sendable {
  let family: Int32
  let bytes: [UInt8]

  /// In numbers, as people write it.
  var text: String {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = bytes.withUnsafeBytes {
      getnameinfo(
        $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count), &host, socklen_t(host.count), nil,
        0, NI_NUMERICHOST)
    }
    return status == 0 ? String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "?"
  }
}

/// Turns a name into addresses. The C library's resolver cannot be given a deadline, so it runs on a thread of its own,
/// which is left behind if it takes too long.
final class Resolver: Sendable {
  private let outcome = Mutex<Result<[SocketAddress], SSHError>?>(nil)

  static func addresses(
    of host: String, port: UInt16, session: Session, until limit: Session.Instant
  ) throws(SSHError) -> [SocketAddress] {
    // An address needs no resolver, and so no thread.
    if case .success(let numeric) = lookUp(host, port: port, flags: AI_NUMERICHOST) { return numeric }
    let resolver = Resolver()
    try SystemThread.start {
      let result = lookUp(host, port: port, flags: 0)
      resolver.outcome.withLock { $0 = result }
      session.wake()
    }
    while true {
      if let result = resolver.outcome.withLock({ $0 }) { return try result.get() }
      try session.throwIfStopped()
      if case .timedOut = session.wait(for: -1, events: 0, until: limit) {
        throw SSHError(.nameResolution, "the name \(host) was not resolved in time")
      }
    }
  }

  private static func lookUp(_ host: String, port: UInt16, flags: Int32) -> Result<[SocketAddress], SSHError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
      return .failure(SSHError(.nameResolution, "cannot resolve \(host): \(String(cString: gai_strerror(status)))"))
    }
    defer { freeaddrinfo(list) }
    let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap(\.self).map { entry in
      SocketAddress(
        family: entry.pointee.ai_family,
        bytes: Array(UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))))
    }
    return .success(addresses)
  }
}
