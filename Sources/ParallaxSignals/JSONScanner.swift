/// A scalar inside a JSON body and the path that leads to it, such as `errors[].extensions.code`.
struct JSONField: Hashable {
  enum Value: Hashable {
    case string(String)
    case number(Double)
    case boolean(Bool)
    case null
  }

  let path: [String]
  let value: Value

  var name: String { path.last ?? "" }
  var pathText: String { path.joined(separator: ".") }

  var string: String? { if case .string(let text) = value { text } else { nil } }
  var number: Double? { if case .number(let number) = value { number } else { nil } }
}

/// Reads the scalars of a JSON text that may be cut off anywhere, since only the start of a body is kept.
///
/// What stands before the cut or the first mistake is reported; nothing is ever thrown. Depth and count are capped.
struct JSONScanner {
  static let depthLimit = 32
  static let fieldLimit = 512

  private(set) var fields: [JSONField] = []
  private let bytes: [UInt8]
  private var position = 0

  /// nil unless the text starts as an object or an array.
  static func fields(of bytes: [UInt8]) -> [JSONField]? {
    var scanner = JSONScanner(bytes: bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { scanner.position = 3 }
    scanner.skipSpace()
    guard scanner.peek == UInt8(ascii: "{") || scanner.peek == UInt8(ascii: "[") else { return nil }
    _ = scanner.value(path: [], depth: 0)
    return scanner.fields
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (0x09...0x0d).contains(byte) { position += 1 }
  }

  private mutating func accept(_ character: UInt8) -> Bool {
    skipSpace()
    guard peek == character else { return false }
    position += 1
    return true
  }

  /// False when the text ends or is wrong here: then nothing more is read.
  private mutating func value(path: [String], depth: Int) -> Bool {
    skipSpace()
    guard let byte = peek, depth <= Self.depthLimit, fields.count < Self.fieldLimit else { return false }
    switch byte {
    case UInt8(ascii: "{"): return object(path: path, depth: depth)
    case UInt8(ascii: "["): return array(path: path, depth: depth)
    case UInt8(ascii: "\""):
      guard let text = string() else { return false }
      return report(.string(text), path)
    case UInt8(ascii: "t"): return word("true") && report(.boolean(true), path)
    case UInt8(ascii: "f"): return word("false") && report(.boolean(false), path)
    case UInt8(ascii: "n"): return word("null") && report(.null, path)
    default:
      guard let number = number() else { return false }
      return report(.number(number), path)
    }
  }

  private mutating func report(_ value: JSONField.Value, _ path: [String]) -> Bool {
    fields.append(JSONField(path: path, value: value))
    return true
  }

  private mutating func object(path: [String], depth: Int) -> Bool {
    position += 1
    if accept(UInt8(ascii: "}")) { return true }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\""), let name = string(), accept(UInt8(ascii: ":")),
        value(path: path + [name], depth: depth + 1)
      else { return false }
      if accept(UInt8(ascii: ",")) { continue }
      return accept(UInt8(ascii: "}"))
    }
  }

  private mutating func array(path: [String], depth: Int) -> Bool {
    position += 1
    if accept(UInt8(ascii: "]")) { return true }
    var path = path
    if let last = path.popLast() { path.append(last + "[]") } else { path.append("[]") }
    while true {
      guard value(path: path, depth: depth + 1) else { return false }
      if accept(UInt8(ascii: ",")) { continue }
      return accept(UInt8(ascii: "]"))
    }
  }

  private mutating func word(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func number() -> Double? {
    let start = position
    while let byte = peek, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
    let number = Double(String(decoding: bytes[start..<position], as: UTF8.self))
    // A number at the very end may have been cut.
    return position < bytes.count ? number.flatMap { $0.isFinite ? $0 : nil } : nil
  }

  /// The text of a string with its escapes resolved; nil when it is cut off.
  private mutating func string() -> String? {
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        text += String(Character(scalar)).utf8
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard let byte = peek else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"):
      guard let high = unit() else { return nil }
      guard (0xd800...0xdbff).contains(high) else { return Unicode.Scalar(high) ?? "\u{fffd}" }
      guard bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return "\u{fffd}" }
      position += 2
      guard let low = unit() else { return nil }
      guard (0xdc00...0xdfff).contains(low) else { return "\u{fffd}" }
      return Unicode.Scalar(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    default: return Unicode.Scalar(byte)
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    position += 4
    return digits.allSatisfy(\.isHexDigit) ? UInt32(digits, radix: 16) : nil
  }
}
