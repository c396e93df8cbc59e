internal import Foundation

/// An IPv4 or IPv6 address with a port, in the form that the socket calls take.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length: socklen_t
  let family: Int32

  /// nil if the text is no literal address.
  init?(_ address: String, port: Int) {
    var v4 = sockaddr_in()
    var v6 = sockaddr_in6()
    if inet_pton(AF_INET, address, &v4.sin_addr) == 1 {
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = in_port_t(port).bigEndian
      family = AF_INET
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
    } else if inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 {
      v6.sin6_family = sa_family_t(AF_INET6)
      v6.sin6_port = in_port_t(port).bigEndian
      family = AF_INET6
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
    } else {
      return nil
    }
  }

  /// A new stream socket of this family that no child inherits, or -1.
  func makeSocket() -> Int32 {
    socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  func bind(_ descriptor: Int32) -> Bool { call(descriptor, Glibc.bind) }

  func connect(_ descriptor: Int32) -> Bool { call(descriptor, Glibc.connect) }

  private func call(_ descriptor: Int32, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
    withUnsafeBytes(of: storage) {
      body(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), length) == 0
    }
  }
}
