/// Percent-encoding after RFC 3986, section 2.
package enum PercentEncoding {
  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// Encodes everything but unreserved characters and those in `kept`.
  package static func encode(_ text: String, keeping kept: String = "") -> String {
    let allowed = unreserved.union(kept.utf8)
    return encode(text) { allowed.contains($0) }
  }

  /// Encodes what must not stand in a request line at all: blanks, control characters, anything beyond ASCII.
  package static func encodeInvalid(_ text: String) -> String {
    encode(text) { (0x21...0x7E).contains($0) }
  }

  private static func encode(_ text: String, where isAllowed: (UInt8) -> Bool) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isAllowed(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
