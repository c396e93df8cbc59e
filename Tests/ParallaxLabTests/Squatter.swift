internal import Foundation

/// Holds a TCP port, as far as it is free.
struct Squatter {
  private let descriptor: Int32

  init(address: String, port: UInt16) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var endpoint = sockaddr_in()
    endpoint.sin_family = sa_family_t(AF_INET)
    endpoint.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &endpoint.sin_addr)
    withUnsafeBytes(of: endpoint) {
      let address = $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      _ = bind(descriptor, address, socklen_t($0.count))
    }
    listen(descriptor, 1)
  }

  func leave() {
    close(descriptor)
  }
}
