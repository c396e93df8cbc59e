/// Appends values in the protocol's binary form.
///
/// Integers are LEB128 varints of the fewest bytes, signed ones zigzag; strings and blobs carry their length in bytes
/// before them; floating-point numbers are their eight bytes of IEEE 754, little endian. Equal values give equal bytes.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func signed(_ value: Int64) {
    unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  mutating func integer(_ value: Int) { signed(Int64(value)) }

  /// A length or a number of elements.
  mutating func count(_ value: Int) { unsigned(UInt64(value)) }

  mutating func double(_ value: Double) {
    let pattern = value.bitPattern
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: pattern >> shift)) }
  }

  mutating func string(_ value: String) {
    count(value.utf8.count)
    bytes += value.utf8
  }

  mutating func blob(_ value: [UInt8]) {
    count(value.count)
    bytes += value
  }

  mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
    flag(value != nil)
    if let value { write(&self, value) }
  }

  mutating func list<Element>(_ elements: [Element], _ write: (inout ByteWriter, Element) -> Void) {
    count(elements.count)
    for element in elements { write(&self, element) }
  }
}
