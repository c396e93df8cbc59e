/// Reads what `ByteWriter` wrote, and accepts nothing else: every value has exactly one encoding, so bytes that decode
/// encode to the same bytes again.
struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  func expectEnd() throws(WireError) {
    guard isAtEnd else { throw .malformed("message: bytes are left over") }
  }

  mutating func byte() throws(WireError) -> UInt8 {
    guard position < bytes.count else { throw .truncated }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func flag() throws(WireError) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw .malformed("flag")
    }
  }

  mutating func unsigned() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 {
        guard shift == 0 || next != 0 else { throw .malformed("number: a longer form than needed") }
        guard shift < 63 || next == 1 else { throw .malformed("number above 64 bits") }
        return value
      }
    }
    throw .malformed("number above 64 bits")
  }

  mutating func signed() throws(WireError) -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func integer() throws(WireError) -> Int { Int(try signed()) }

  /// A number of elements of at least one byte each.
  mutating func count(_ what: String, upTo limit: Int) throws(WireError) -> Int {
    let value = try unsigned()
    guard value <= UInt64(limit) else { throw .tooLarge(what) }
    guard value <= UInt64(bytes.count - position) else { throw .truncated }
    return Int(value)
  }

  mutating func double() throws(WireError) -> Double {
    var pattern: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
    return Double(bitPattern: pattern)
  }

  /// A number that can be calculated with: neither infinite nor NaN.
  mutating func finite() throws(WireError) -> Double {
    let value = try double()
    guard value.isFinite else { throw .malformed("number: it is not finite") }
    return value
  }

  mutating func blob(_ what: String, upTo limit: Int) throws(WireError) -> [UInt8] {
    let length = try count(what, upTo: limit)
    defer { position += length }
    return Array(bytes[position..<position + length])
  }

  mutating func string(_ what: String, upTo limit: Int) throws(WireError) -> String {
    let length = try count(what, upTo: limit)
    defer { position += length }
    guard let value = String(validating: bytes[position..<position + length], as: UTF8.self) else {
      throw .malformed("\(what): it is not UTF-8")
    }
    return value
  }

  mutating func optional<Value>(
    _ read: (inout ByteReader) throws(WireError) -> Value
  ) throws(WireError) -> Value? {
    try flag() ? try read(&self) : nil
  }

  mutating func list<Element>(
    _ what: String, upTo limit: Int, _ read: (inout ByteReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let length = try count(what, upTo: limit)
    var elements: [Element] = []
    for _ in 0..<length { elements.append(try read(&self)) }
    return elements
  }

  /// One case of an enumeration by its raw value.
  mutating func choice<Value: RawRepresentable<UInt8>>(_ what: String) throws(WireError) -> Value {
    guard let value = Value(rawValue: try byte()) else { throw .malformed(what) }
    return value
  }
}
