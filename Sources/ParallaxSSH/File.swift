internal import Glibc

/// Whole small files, read without Foundation.
enum File {
  struct Failure: Error {
    let reason: String

    init(errno number: Int32) { reason = String(cString: strerror(number)) }
    init(_ reason: String) { self.reason = reason }
  }

  /// Nil if there is no such file; throws if it cannot be read or is larger than `limit` bytes.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8]? {
    guard let file = try open(path) else { return nil }
    defer { close(file.descriptor) }
    guard file.size <= limit else { throw Failure("larger than \(limit) bytes") }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while contents.count <= limit {
      let count = Glibc.read(file.descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw Failure(errno: errno) }
      if count == 0 { return contents }
      contents += chunk[..<count]
    }
    throw Failure("larger than \(limit) bytes")
  }

  /// The same for a file that is secret: its contents are only ever in memory that is wiped.
  static func readSecret(_ path: String, limit: Int) throws(Failure) -> SSHSecret? {
    guard let file = try open(path) else { return nil }
    defer { close(file.descriptor) }
    guard file.size <= limit else { throw Failure("larger than \(limit) bytes") }
    var failure: Int32?
    let secret = SSHSecret(capacity: limit) { memory in
      var filled = 0
      while filled < memory.count {
        let count = Glibc.read(file.descriptor, memory.baseAddress! + filled, memory.count - filled)
        if count < 0 { failure = errno }
        guard count > 0 else { break }
        filled += count
      }
      return filled
    }
    if let failure { throw Failure(errno: failure) }
    return secret
  }

  private static func open(_ path: String) throws(Failure) -> (descriptor: Int32, size: Int)? {
    // Non-blocking, so that a FIFO in the place of a file cannot hang us.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Failure(errno: errno)
    }
    var status = stat()
    // /dev/null is a usual way to say "no known hosts".
    guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFCHR].contains(status.st_mode & S_IFMT) else {
      close(descriptor)
      throw Failure("not a file")
    }
    return (descriptor, Int(status.st_size))
  }
}
