/// Reads the fields of an SSH message (RFC 4251 section 5). Every read is checked: nil means the bytes ran out.
struct WireReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) {
    rest = ArraySlice(bytes)
  }

  mutating func byte() -> UInt8? {
    rest.popFirst()
  }

  mutating func uint32() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A `string`: a length and that many bytes.
  mutating func string() -> ArraySlice<UInt8>? {
    guard let length = uint32() else { return nil }
    return bytes(Int(length))
  }

  mutating func text() -> String? {
    string().map { String(decoding: $0, as: UTF8.self) }
  }

  /// A `name-list`: names between commas.
  mutating func nameList() -> [String]? {
    text().map { $0.split(separator: ",").map(String.init) }
  }
}

/// Writes such fields.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) {
    bytes.append(value)
  }

  mutating func uint32(_ value: UInt32) {
    bytes += [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }

  mutating func string(_ value: some Collection<UInt8>) {
    uint32(UInt32(value.count))
    bytes += value
  }
}
