internal import Glibc

/// The few messages of an ssh-agent that authentication needs (draft-miller-ssh-agent).
///
/// Our own, because libssh2's client of the agent blocks without a deadline, and does so through the callbacks that
/// carry the session's input and output.
final class AgentClient {
  struct Identity: Sendable {
    let blob: [UInt8]
    let type: String
    let comment: String
  }

  private let descriptor: Int32
  private let path: String
  private let session: Session
  private let limit: Session.Instant

  private static let largestMessage = 1 << 18

  init(path: String, session: Session, until limit: Session.Instant) throws(SSHError) {
    self.path = path
    self.session = session
    self.limit = limit
    var address = sockaddr_un()
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else {
      throw SSHError(.agentUnavailable, "the path of the agent's socket is too long: \(path)")
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { throw SSHError(.system, "socket: \(String(cString: strerror(errno)))") }
    let status = withUnsafeBytes(of: &address) {
      connect(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard status == 0 else {
      let reason = String(cString: strerror(errno))
      throw SSHError(
        .agentUnavailable, "the ssh-agent at \(path) does not answer: \(reason)",
        remedy: "start ssh-agent, and ssh-add a key")
    }
  }

  deinit {
    close(descriptor)
  }

  func identities() throws(SSHError) -> [Identity] {
    var reader = WireReader(try request([11]))
    guard reader.byte() == 12, let count = reader.uint32(), count <= 1000 else { throw malformed }
    var identities: [Identity] = []
    for _ in 0..<count {
      guard let blob = reader.string(), let comment = reader.text() else { throw malformed }
      var key = WireReader(blob)
      guard let type = key.text() else { throw malformed }
      identities.append(Identity(blob: Array(blob), type: type, comment: comment))
    }
    return identities
  }

  /// The signature of the data, without the name of its algorithm.
  func sign(_ data: UnsafeRawBufferPointer, with identity: Identity) throws(SSHError) -> [UInt8] {
    var message = WireWriter()
    message.byte(13)
    message.string(identity.blob)
    message.string(data)
    message.uint32(0)
    var reader = WireReader(try request(message.bytes))
    guard reader.byte() == 14, let signature = reader.string() else {
      throw SSHError(.agentUnavailable, "the ssh-agent at \(path) declined to sign with \(identity.comment)")
    }
    var parts = WireReader(signature)
    guard parts.string() != nil, let bytes = parts.string() else { throw malformed }
    return Array(bytes)
  }

  private var malformed: SSHError {
    SSHError(.agentUnavailable, "the ssh-agent at \(path) sent an unexpected answer")
  }

  private func request(_ body: [UInt8]) throws(SSHError) -> [UInt8] {
    var message = WireWriter()
    message.string(body)
    var rest = message.bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 { rest = rest.dropFirst(count) } else { try wait(Int16(POLLOUT)) }
    }
    var length = WireReader(try receive(4))
    guard let count = length.uint32(), count <= Self.largestMessage else { throw malformed }
    return try receive(Int(count))
  }

  private func receive(_ wanted: Int) throws(SSHError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: wanted)
    var filled = 0
    while filled < wanted {
      let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + filled, wanted - filled, 0) }
      if count == 0 { throw SSHError(.agentUnavailable, "the ssh-agent at \(path) went away") }
      if count > 0 { filled += count } else { try wait(Int16(POLLIN)) }
    }
    return bytes
  }

  /// After a call that moved nothing: waits if it would have blocked, throws if it failed.
  private func wait(_ events: Int16) throws(SSHError) {
    guard errno == EAGAIN || errno == EINTR else {
      throw SSHError(.agentUnavailable, "the ssh-agent at \(path) broke off: \(String(cString: strerror(errno)))")
    }
    try session.throwIfStopped()
    if case .timedOut = session.wait(for: descriptor, events: events, until: limit) {
      throw SSHError(.authenticationTimeout, "the ssh-agent at \(path) did not answer in time")
    }
  }
}
