/// The checksum of Ethernet and zip (polynomial 0x04C11DB7, reflected), as in RFC 1952, section 8.
///
/// The transport beneath is expected to be reliable; the checksum finds what is not the transport's fault, such as a
/// remote shell or library that writes into the agent's standard output.
package struct CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  private var state: UInt32 = 0xFFFF_FFFF

  package init() {}

  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let table = Self.table
    for byte in bytes {
      state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8)
    }
  }

  package var value: UInt32 { ~state }
}
