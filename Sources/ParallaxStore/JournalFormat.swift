/// How a journal is laid out on disk. All numbers are little endian.
///
///     file    "PLXJRNL" version:u8, then records
///     record  length:u32 kind:u8 0:u8 0:u8 0:u8 headerChecksum:u32 payloadChecksum:u32 payload[length]
///
/// Both checksums begin with the record's index, so a record that was moved, doubled or left out is found too. The
/// header has a checksum of its own: otherwise a damaged length could pass for a record that was cut off.
/// A file that ends inside a record was torn by a crash before the record was acknowledged; the part is dropped. A
/// whole record with a wrong checksum was damaged later; that is reported, never dropped in silence.
enum JournalFormat {
  static let magic = Array("PLXJRNL".utf8)
  /// Version 1 had no history and no configuration: such a run can be read, and not gone on with. Version 2 had one
  /// time for a whole connection. Up to version 3 the requests of lost agents were not counted.
  static let version: UInt8 = 4
  static let oldestVersion: UInt8 = 1
  static let fileHeaderSize = 8
  static let recordHeaderSize = 16
  /// Bytes of a payload that a reader accepts.
  static let payloadLimit = 64 << 20

  enum Kind: UInt8 {
    case manifest = 1
    case observation
    case verdict
    // Since version 2.
    case directive, end, resumption
  }

  static var fileHeader: [UInt8] { magic + [version] }

  static func append(_ payload: [UInt8], kind: Kind, index: Int, to bytes: inout [UInt8]) {
    precondition(payload.count <= payloadLimit, "a record is at most \(payloadLimit) bytes")
    let start = bytes.count
    put(UInt32(payload.count), into: &bytes)
    bytes.append(contentsOf: [kind.rawValue, 0, 0, 0])
    let head = checksum(of: bytes[start...], index: index)
    put(head, into: &bytes)
    put(checksum(of: payload[...], index: index), into: &bytes)
    bytes.append(contentsOf: payload)
  }

  static func checksum(of bytes: ArraySlice<UInt8>, index: Int) -> UInt32 {
    var checksum = Checksum()
    checksum.update(UInt64(index))
    bytes.withUnsafeBytes { checksum.update($0) }
    return checksum.value
  }

  static func number(_ bytes: ArraySlice<UInt8>, at offset: Int) -> UInt32 {
    bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
  }

  private static func put(_ number: UInt32, into bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
