/// The bytes that HTTP/1.1's grammar speaks of (RFC 9110, section 5.6, and RFC 9112).
enum Byte {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let zero = UInt8(ascii: "0")

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// Part of a token: a name of a method or header field.
  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 94...122, 124, 126: true  // digits, letters, ^ _ ` | ~
    case 33, 35...39, 42, 43, 45, 46: true  // ! # $ % & ' * + - .
    default: false
    }
  }

  static func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

  /// The value of a hexadecimal digit.
  static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 48...57: Int(byte - 48)
    case 65...70: Int(byte - 55)
    case 97...102: Int(byte - 87)
    default: nil
    }
  }

  /// Whether the bytes are `name`, which is in lower case, whatever their case.
  static func equal(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    guard bytes.count == name.utf8CodeUnitCount else { return false }
    for index in 0..<bytes.count where lowered(bytes[index]) != name.utf8Start[index] { return false }
    return true
  }
}
