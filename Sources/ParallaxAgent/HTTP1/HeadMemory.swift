internal import Glibc
internal import ParallaxModel

/// Remembers the last head as it came and as it was read: most answers of a server begin with the very same bytes, and
/// comparing them costs a hundredth of reading them again.
final class HeadMemory {
  private var redactor: Redactor
  private var bytes: [UInt8] = []
  private var wasBodiless = false
  private var head: ResponseHead?

  init(redactor: Redactor) { self.redactor = redactor }

  /// What was read with other keys in mind is forgotten.
  func adopt(_ redactor: Redactor) {
    self.redactor = redactor
    head = nil
  }

  /// The head that `bytes` are, without keys in it.
  func read(_ bytes: UnsafeRawBufferPointer, isBodiless: Bool) throws(AnswerDefect) -> ResponseHead {
    if let head, wasBodiless == isBodiless, isRemembered(bytes) { return head }
    var fresh = try ResponseHead(bytes, isBodiless: isBodiless)
    fresh.replaceHeaders(redactor.redacted(fresh.headers))
    head = fresh
    wasBodiless = isBodiless
    self.bytes = Array(bytes)
    return fresh
  }

  private func isRemembered(_ other: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count == other.count, let address = other.baseAddress else { return false }
    return bytes.withUnsafeBytes { memcmp($0.baseAddress!, address, other.count) == 0 }
  }
}
