internal import ParallaxLab

/// Waits until a server accepts connections there; false when the seconds are over first.
package func waitForListener(_ address: String, port: Int, seconds: Double = 5) async throws -> Bool {
  let deadline = Deadline(seconds: seconds)
  while !PortProbe.accepts(port, on: address) {
    if deadline.isOver { return false }
    try await Task.sleep(for: .milliseconds(5))
  }
  return true
}

/// A port on which a server can listen, outside the range of outgoing connections.
package func freePort(on address: String = "127.0.0.1") throws -> Int {
  try PortProbe.freePort(on: address)
}
