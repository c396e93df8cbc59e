/// A payload whose checksum holds but whose content does not fit its type: written by another version.
struct MalformedRecord: Error {
  let expected: String
}

/// Takes a record's payload apart; the mirror of `ByteWriter`. It reads memory that is somebody else's, which must stay there
/// as long as it does.
struct ByteReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// Of the journal's format: older ones lack fields.
  let version: UInt8

  init(_ bytes: UnsafeBufferPointer<UInt8>, version: UInt8 = JournalFormat.version) {
    self.bytes = bytes
    self.version = version
  }

  var isAtEnd: Bool { position == bytes.count }

  /// What has not been read yet.
  var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[position...]) }

  mutating func skipToEnd() { position = bytes.count }

  mutating func byte() throws(MalformedRecord) -> UInt8 {
    guard position < bytes.count else { throw MalformedRecord(expected: "a byte") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func flag() throws(MalformedRecord) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw MalformedRecord(expected: "0 or 1")
    }
  }

  mutating func unsigned() throws(MalformedRecord) -> UInt64 {
    // Most numbers are lengths below 128.
    if position < bytes.count, bytes[position] < 0x80 {
      defer { position += 1 }
      return UInt64(bytes[position])
    }
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
    }
    throw MalformedRecord(expected: "a number of at most ten bytes")
  }

  mutating func count() throws(MalformedRecord) -> Int {
    guard let value = Int(exactly: try unsigned()) else { throw MalformedRecord(expected: "a count") }
    return value
  }

  mutating func double() throws(MalformedRecord) -> Double {
    let pattern = UnsafeRawBufferPointer(try take(8)).loadUnaligned(as: UInt64.self)
    return Double(bitPattern: UInt64(littleEndian: pattern))
  }

  mutating func text() throws(MalformedRecord) -> String {
    String(decoding: try take(try count()), as: UTF8.self)
  }

  mutating func data() throws(MalformedRecord) -> [UInt8] { Array(try take(try count())) }

  /// Passes over a text or data.
  mutating func skip() throws(MalformedRecord) { _ = try take(try count()) }

  mutating func optional<T>(
    _ read: (inout ByteReader) throws(MalformedRecord) -> T
  ) throws(MalformedRecord) -> T? {
    try flag() ? try read(&self) : nil
  }

  mutating func list<T>(_ read: (inout ByteReader) throws(MalformedRecord) -> T) throws(MalformedRecord) -> [T] {
    let count = try count()
    // Every element takes at least a byte, so a longer list cannot be genuine.
    guard count <= bytes.count - position else { throw MalformedRecord(expected: "a list within the record") }
    var values: [T] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// An enumeration's raw value.
  mutating func tag<T: RawRepresentable<UInt8>>(_ type: T.Type) throws(MalformedRecord) -> T {
    guard let value = T(rawValue: try byte()) else { throw MalformedRecord(expected: "a value of \(type)") }
    return value
  }

  mutating func word<T: RawRepresentable<String>>(_ type: T.Type) throws(MalformedRecord) -> T {
    guard let value = T(rawValue: try text()) else { throw MalformedRecord(expected: "a value of \(type)") }
    return value
  }

  private mutating func take(_ count: Int) throws(MalformedRecord) -> UnsafeBufferPointer<UInt8> {
    guard count <= bytes.count - position else { throw MalformedRecord(expected: "\(count) more bytes") }
    defer { position += count }
    return UnsafeBufferPointer(rebasing: bytes[position..<position + count])
  }
}
