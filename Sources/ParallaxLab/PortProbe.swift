internal import Foundation
package import ParallaxModel

/// Finds ports to listen on, and waits until someone does.
package enum PortProbe {
  /// Whether a server could listen there now.
  package static func isFree(_ port: Int, on address: String) -> Bool {
    bindError(port, on: address) == 0
  }

  /// Whether a server listens there now. It sees nothing of the question.
  static func isTaken(_ port: Int, on address: String) -> Bool {
    bindError(port, on: address) == EADDRINUSE
  }

  /// What the kernel says to one more server. SO_REUSEADDR makes it look at listeners alone, not at connections of the
  /// past.
  private static func bindError(_ port: Int, on address: String) -> Int32 {
    guard let endpoint = SocketAddress(address, port: port) else { return EINVAL }
    let descriptor = endpoint.makeSocket()
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return endpoint.bind(descriptor) ? 0 : errno
  }

  /// A free port below the range from which the kernel takes ports for outgoing connections, so that none of those
  /// gets in between now and the moment when the server listens.
  package static func freePort(on address: String) throws(ParallaxError) -> Int {
    for _ in 0..<200 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port, on: address) { return port }
    }
    throw ParallaxError(.labFailed, "no free port on \(address)", remedy: "is it an address of this machine?")
  }

  /// Whether a server accepts a connection there now.
  package static func accepts(_ port: Int, on address: String) -> Bool {
    guard let endpoint = SocketAddress(address, port: port) else { return false }
    let descriptor = endpoint.makeSocket()
    defer { close(descriptor) }
    return endpoint.connect(descriptor)
  }
}
