internal import Glibc

/// A passphrase, a password or a private key: wiped when the last reference goes, and never printed.
///
/// Unchecked because of the raw memory alone: it is written by the initialisers only, and read-only from then on.
public final class SSHSecret: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  let count: Int

  /// Copies the bytes; wiping the array they came from is the caller's part.
  public convenience init(_ bytes: [UInt8]) {
    self.init(capacity: bytes.count) { buffer in
      buffer.copyBytes(from: bytes)
      return bytes.count
    }
  }

  /// The text in UTF-8.
  public convenience init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// Lets `fill` write up to `capacity` bytes in place and say how many it wrote.
  init(capacity: Int, fill: (UnsafeMutableRawBufferPointer) -> Int) {
    // One byte more, always zero: libssh2 takes passphrases as C strings.
    memory = .allocate(byteCount: capacity + 1, alignment: 1)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    count = fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<capacity]))
  }

  deinit {
    explicit_bzero(memory.baseAddress!, memory.count)
    memory.deallocate()
  }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    body(UnsafePointer(memory.baseAddress!.assumingMemoryBound(to: CChar.self)))
  }
}

extension SSHSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "<secret>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
