internal import Glibc

/// Adds the key of a host that was met for the first time to a known_hosts file.
enum KnownHostsWriter {
  /// The line for a name: hashed with a fresh salt, or in the clear.
  static func line(_ name: String, _ key: HostKey, hashed: Bool) -> String {
    guard hashed else { return "\(name) \(key.line)\n" }
    var random = SystemRandomNumberGenerator()
    let salt = (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let hash = Digest.hmacSHA1(key: salt, message: Array(name.utf8))
    return "|1|\(Base64.encode(salt))|\(Base64.encode(hash)) \(key.line)\n"
  }

  /// Appends under a lock, after `isStillWanted` has seen what the file holds by then: another session may have met the
  /// same host at the same time. One write, so that readers never see half a line.
  static func append(
    _ line: String, to path: String, ifStill isStillWanted: ([UInt8]) throws(SSHError) -> Bool
  ) throws(SSHError) {
    func failure(_ what: String) -> SSHError {
      SSHError(
        .knownHostsUnreadable, "the new host key cannot be kept: \(what) \(path): \(String(cString: strerror(errno)))",
        remedy: "make the file writable, or add the key to it by hand")
    }
    makeFolder(of: path)
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw failure("cannot open") }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX) == 0 else { throw failure("cannot lock") }
    let held: [UInt8]
    do {
      held = try File.read(path, limit: HostKeyPolicy.fileLimit) ?? []
    } catch {
      throw SSHError(.knownHostsUnreadable, "cannot read \(path): \(error.reason)")
    }
    guard try isStillWanted(held) else { return }
    let endsLine = held.last.map { $0 == UInt8(ascii: "\n") } ?? true
    let bytes = Array(((endsLine ? "" : "\n") + line).utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw failure("cannot write") }
    fsync(descriptor)
  }

  /// `~/.ssh` may not be there yet.
  private static func makeFolder(of path: String) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    mkdir(String(path[..<slash]), 0o700)
  }
}
