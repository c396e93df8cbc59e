internal import CParallaxSystem

/// CRC-32C (Castagnoli), the checksum of iSCSI and ext4: finds every burst of up to 32 damaged bits.
///
/// Polynomial 0x1EDC6F41, reflected 0x82F63B78 (RFC 3720, appendix B.4). By the processor's own instruction where it has
/// one, or else by eight tables, eight bytes a step.
package struct Checksum {
  package static let hasInstruction = parallax_has_crc32c() != 0
  private let usesInstruction: Bool
  private var state: UInt32 = 0xffff_ffff

  /// - Parameter usesInstruction: false to do without it.
  package init(usesInstruction: Bool = Self.hasInstruction) {
    self.usesInstruction = usesInstruction && Self.hasInstruction
  }

  package var value: UInt32 { ~state }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if usesInstruction {
      state = parallax_crc32c(state, bytes.baseAddress, bytes.count)
    } else {
      updateByTables(bytes)
    }
  }

  private mutating func updateByTables(_ bytes: UnsafeRawBufferPointer) {
    var crc = state
    var offset = 0
    Self.tables.withUnsafeBufferPointer { table in
      while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for lane in 0..<8 {
          crc ^= table[(7 - lane) << 8 | Int(truncatingIfNeeded: word >> UInt64(8 * lane) & 0xff)]
        }
        offset += 8
      }
      while offset < bytes.count {
        crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[offset])) & 0xff)]
        offset += 1
      }
    }
    state = crc
  }

  mutating func update(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }

  /// Table k moves a byte's effect over k more zero bytes; laid one after the other.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
      tables[byte] = crc
    }
    for index in 256..<8 * 256 {
      let previous = tables[index - 256]
      tables[index] = previous >> 8 ^ tables[Int(previous & 0xff)]
    }
    return tables
  }()
}
