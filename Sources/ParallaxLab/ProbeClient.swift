internal import Foundation
package import ParallaxModel

/// A client for one request at a time, used to drain a bucket beforehand and to check what the target limits.
package struct ProbeClient: Sendable {
  /// The address to send from; nil lets the kernel choose.
  package var source: String?
  /// The network namespace to send from.
  package var namespace: String?

  package init(source: String? = nil, namespace: String? = nil) {
    self.source = source
    self.namespace = namespace
  }

  /// Sends one GET on a connection of its own and returns the status. Throws if no answer came within 5 s.
  package func status(of target: LabTarget, path: String, key: String?) throws(ParallaxError) -> Int {
    try NetworkNamespace.run(in: namespace) { [source] () throws(ParallaxError) in
      let answer = try exchange(target, source: source, path: path, key: key)
      let fields = answer.split(separator: " ", maxSplits: 2)
      guard fields.count > 1, fields[0].hasPrefix("HTTP/1."), let status = Int(fields[1]) else {
        throw ParallaxError(.labFailed, "the target's answer is not HTTP", cause: String(answer.prefix(80)))
      }
      return status
    }
  }
}

private func exchange(
  _ target: LabTarget, source: String?, path: String, key: String?
) throws(ParallaxError) -> String {
  func failure(_ what: String) -> ParallaxError {
    ParallaxError(.labFailed, "the target cannot be \(what)", cause: String(cString: strerror(errno)))
  }
  guard let endpoint = SocketAddress(target.address, port: target.port) else {
    preconditionFailure("the lab's addresses are literals")
  }
  let descriptor = endpoint.makeSocket()
  defer { close(descriptor) }
  // On Linux the send timeout bounds connect too.
  var limit = timeval(tv_sec: 5, tv_usec: 0)
  for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
    setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
  }
  if let source {
    guard let local = SocketAddress(source, port: 0), local.bind(descriptor) else {
      throw failure("reached from \(source)")
    }
  }
  guard endpoint.connect(descriptor) else { throw failure("reached") }
  var request = "GET \(path) HTTP/1.1\r\nHost: \(target.serverName)\r\nConnection: close\r\n"
  if let key { request += "Authorization: Bearer \(key)\r\n" }
  let bytes = Array((request + "\r\n").utf8)
  guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
    throw failure("written to")
  }
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0 { throw failure("read from") }
    if count == 0 { return String(decoding: answer, as: UTF8.self) }
    answer += buffer[..<count]
  }
}
