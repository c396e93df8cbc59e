/// What can be wrong with bytes that arrive, or with a message that is to leave.
public enum WireError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The bytes end inside a value.
  case truncated
  /// A value that no encoder of this version writes.
  case malformed(String)
  /// A length or count above its cap.
  case tooLarge(String)
  /// The far side speaks another version of the protocol.
  case versionMismatch(theirs: UInt8)
  /// The payload is not what was sent.
  case checksum
  /// A stream that goes on without a frame; its last bytes are kept, since they are often a shell's error message.
  case noFrame(seen: [UInt8])

  public var description: String {
    switch self {
    case .truncated: "the bytes end inside a value"
    case .malformed(let what): "malformed \(what)"
    case .tooLarge(let what): "\(what) is larger than the protocol allows"
    case .versionMismatch(let theirs):
      "the far side speaks version \(theirs) of the protocol, this side version \(Frame.version)"
    case .checksum: "a frame's checksum is wrong"
    case .noFrame(let seen): "no frame, but: \(String(decoding: seen, as: UTF8.self))"
    }
  }
}
