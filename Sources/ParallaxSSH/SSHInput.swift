internal import Glibc

/// What a command is fed with, in the pieces in which it is queued: a large input need not be in memory as a whole, and
/// its reading goes on beside its sending.
public struct SSHInput: Sendable {
  /// Large enough for the pauses between pieces not to show, small enough for many at once.
  private static let size = 1 << 20

  private let read: @Sendable (_ offset: Int) throws(SSHError) -> ArraySlice<UInt8>

  /// The bytes from an offset on: at least one, none at the end.
  package func piece(at offset: Int) throws(SSHError) -> ArraySlice<UInt8> { try read(offset) }

  /// Bytes that are at hand; they are not copied.
  public static func bytes(_ bytes: [UInt8]) -> SSHInput {
    SSHInput { offset throws(SSHError) in bytes[offset..<min(offset + size, bytes.count)] }
  }

  /// A file, read while it is sent. Errors: `.inputUnreadable` where it is not there, and while it is read.
  public static func file(_ path: String) throws(SSHError) -> SSHInput {
    let number = open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw unreadable(path) }
    let file = OwnedDescriptor(number)
    return SSHInput { offset throws(SSHError) in
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        repeat {
          count = pread(file.number, buffer.baseAddress, buffer.count, off_t(offset))
        } while count < 0 && errno == EINTR
        filled = max(0, count)
      }
      guard count >= 0 else { throw unreadable(path) }
      return bytes[...]
    }
  }

  private static func unreadable(_ path: String) -> SSHError {
    SSHError(.inputUnreadable, "cannot read \(path): \(String(cString: strerror(errno)))")
  }
}

extension SSHInput: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: UInt8...) { self = .bytes(elements) }
}
