/// One message on the byte stream: a header of 13 bytes, then the payload.
///
///     offset  size
///          0     4  magic F1 50 4C 58 (the first byte is never part of UTF-8 text)
///          4     1  protocol version
///          5     4  length of the payload, big endian
///          9     4  CRC-32 of bytes 4 to 8 and of the payload, big endian
public enum Frame {
  public static let magic: [UInt8] = [0xF1, 0x50, 0x4C, 0x58]
  /// Both sides must agree on it: the controller deploys the agent that fits it.
  public static let version: UInt8 = 3
  public static let headerSize = 13
  public static let maximumPayload = 1 << 20

  public static func encode(_ payload: [UInt8]) throws(WireError) -> [UInt8] {
    guard payload.count <= maximumPayload else { throw .tooLarge("frame of \(payload.count) bytes") }
    let covered = [version] + bigEndian(UInt32(payload.count))
    var checksum = CRC32()
    checksum.update(covered)
    checksum.update(payload)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerSize + payload.count)
    bytes += magic
    bytes += covered
    bytes += bigEndian(checksum.value)
    bytes += payload
    return bytes
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }
}
