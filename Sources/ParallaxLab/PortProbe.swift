internal import Foundation
package import ParallaxModel

/// Finds ports to listen on, and waits until someone does.
package enum PortProbe {
  /// Whether a server could listen there now.
  package static func isFree(_ port: Int, on address: String) -> Bool {
    guard let endpoint = SocketAddress(address, port: port) else { return false }
    let descriptor = endpoint.makeSocket()
    defer { close(descriptor) }
    var yes: Int32 = 1  // as servers do: connections of the past do not keep the port
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return endpoint.bind(descriptor) && listen(descriptor, 1) == 0
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

  /// Whether a socket listens on the port in the network namespace of the process, read from /proc so that the server
  /// sees no connection. State 0A is TCP_LISTEN; the local port is hexadecimal.
  static func listens(_ pid: Int32, port: Int) -> Bool {
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let suffix = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    return ["net/tcp", "net/tcp6"].contains { table in
      (ProcessTable.contents(pid, table) ?? "").split(separator: "\n").dropFirst().contains { line in
        let fields = line.split(separator: " ")
        return fields.count > 3 && fields[3] == "0A" && fields[1].hasSuffix(suffix)
      }
    }
  }
}
