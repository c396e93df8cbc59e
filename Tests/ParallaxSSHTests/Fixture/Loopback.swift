internal import Glibc

/// Sockets on 127.0.0.1.
enum Loopback {
  /// A port that nothing listens on at the moment.
  static func freePort() throws -> UInt16 {
    try Listener().port
  }

  static func answers(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return withAddress(port) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } == 0
  }

  /// A socket that listens, and answers what it was made to answer, or nothing at all.
  final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init(backlog: Int32 = 8) throws {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var bound = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = Loopback.withAddress(0) { bind(descriptor, $0, length) }
      guard status == 0, listen(descriptor, backlog) == 0 else { throw Tool.Failure(description: "bind: \(errno)") }
      withUnsafeMutableBytes(of: &bound) {
        _ = getsockname(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
      }
      port = UInt16(bigEndian: bound.sin_port)
      self.descriptor = descriptor
    }

    deinit {
      close(descriptor)
    }

    /// Accepts one connection, sends the text and closes it. Blocks its thread.
    func answerOnce(_ text: String) {
      let peer = accept(descriptor, nil, nil)
      _ = Array(text.utf8).withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      // Until the client is gone, so that its view is of an answer and not of a reset.
      shutdown(peer, Int32(SHUT_WR))
      var byte: UInt8 = 0
      while recv(peer, &byte, 1, 0) > 0 {}
      close(peer)
    }
  }

  /// A connection being made, that nobody waits for.
  final class Attempt: Sendable {
    private let descriptor: Int32

    init(port: UInt16) throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      let status = Loopback.withAddress(port) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      guard status == 0 || errno == EINPROGRESS else { throw Tool.Failure(description: "connect: \(errno)") }
    }

    deinit {
      close(descriptor)
    }
  }

  private static func withAddress<Result>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafeBytes(of: &address) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self)) }
  }
}

/// A thread for a fixture that blocks.
enum SystemThreads {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ run: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(run)).toOpaque())
    guard status == 0 else { throw Tool.Failure(description: "pthread_create: \(status)") }
    pthread_detach(thread)
  }
}
