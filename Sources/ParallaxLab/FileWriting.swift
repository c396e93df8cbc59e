internal import Foundation
internal import ParallaxModel

/// Writing the lab's files.
enum FileWriting {
  static func makeDirectory(_ path: String) throws(ParallaxError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ParallaxError(.labFailed, "the directory \(path) cannot be made", cause: error.localizedDescription)
    }
  }

  /// Writes the whole file with mode 0600: it never exists with another mode, or half.
  static func write(_ text: String, to path: String) throws(ParallaxError) {
    let part = path + ".part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw failure(path) }
      written += count
    }
    guard rename(part, path) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> ParallaxError {
    ParallaxError(.labFailed, "\(path) cannot be written", cause: String(cString: strerror(errno)))
  }
}
