internal import Glibc

/// A folder of its own for a test, gone when the last reference goes.
final class Folder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/parallax-ssh-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Tool.Failure(description: "mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    try? remove()
  }

  func remove() throws {
    try Tool.run("/bin/rm", ["-rf", path])
  }

  /// Writes a file that only its owner may read, and returns its path.
  @discardableResult
  func write(_ contents: some Collection<UInt8>, to name: String) throws -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Tool.Failure(description: "\(file): \(errno)") }
    defer { close(descriptor) }
    let bytes = Array(contents)
    guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
      throw Tool.Failure(description: "\(file): \(errno)")
    }
    return file
  }

  func read(_ name: String) throws -> String {
    try Tool.run("/bin/cat", [path + "/" + name])
  }
}
