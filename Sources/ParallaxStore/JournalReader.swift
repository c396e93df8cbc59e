internal import Glibc
internal import ParallaxModel

/// Where a journal was damaged after it was written.
public struct JournalDamage: Hashable, Sendable, CustomStringConvertible {
  /// Counts from 0; record 0 is the manifest.
  public var record: Int
  /// Offset of the record in the file.
  public var offset: Int
  /// What is wrong with it.
  public var problem: String

  public var description: String { "record \(record) at byte \(offset): \(problem)" }
}

/// Reads a journal from start to end in pieces that grow up to a megabyte.
struct JournalReader: ~Copyable {
  struct Record {
    let kind: JournalFormat.Kind
    let index: Int
    let offset: Int
    let payload: ArraySlice<UInt8>
  }

  enum Step {
    case record(Record)
    /// A whole record that is not what was written. `canGoOn` when its length can still be trusted.
    case damage(JournalDamage, canGoOn: Bool)
    /// The end; `torn` when it lies inside a record, which then starts at `end`.
    case end(torn: Bool)
  }

  let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var index = 0
  /// Offset of the next record: all before it is whole.
  private(set) var end = 0

  /// The version of the format that it was written in.
  private(set) var version = JournalFormat.version

  var nextIndex: Int { index }

  init(path: String, descriptor: Int32) throws(ParallaxError) {
    self.path = path
    self.descriptor = descriptor
    let size = JournalFormat.fileHeaderSize
    guard try fill(size), buffer.starts(with: JournalFormat.magic) else {
      throw StoreFailure.damaged(path, "it is not a journal, or was cut off before its run began")
    }
    version = buffer[JournalFormat.magic.count]
    guard JournalFormat.oldestVersion...JournalFormat.version ~= version else {
      throw StoreFailure.damaged(
        path, "it has format version \(version), this program reads up to version \(JournalFormat.version)")
    }
    advance(size)
  }

  mutating func next() throws(ParallaxError) -> Step {
    guard try fill(1) else { return .end(torn: false) }
    let headerSize = JournalFormat.recordHeaderSize
    guard try fill(headerSize) else { return .end(torn: true) }
    let header = buffer[start..<start + headerSize]
    let length = Int(JournalFormat.number(header, at: 0))
    guard JournalFormat.checksum(of: header.prefix(8), index: index) == JournalFormat.number(header, at: 8),
      length <= JournalFormat.payloadLimit
    else {
      // A file system may extend a file before its data is there: zeros to the end are a torn tail.
      if header.allSatisfy({ $0 == 0 }), try isZeroToTheEnd() { return .end(torn: true) }
      return .damage(JournalDamage(record: index, offset: end, problem: "its header is damaged"), canGoOn: false)
    }
    let expected = JournalFormat.number(header, at: 12)
    let kind = JournalFormat.Kind(rawValue: header[header.startIndex + 4])
    guard try fill(headerSize + length) else { return .end(torn: true) }
    let payload = buffer[start + headerSize..<start + headerSize + length]
    let (record, offset) = (index, end)
    advance(headerSize + length)
    index += 1
    guard JournalFormat.checksum(of: payload, index: record) == expected else {
      return .damage(JournalDamage(record: record, offset: offset, problem: "its content is damaged"), canGoOn: true)
    }
    guard let kind else {
      return .damage(
        JournalDamage(record: record, offset: offset, problem: "its kind is of a newer version"), canGoOn: true)
    }
    return .record(Record(kind: kind, index: record, offset: offset, payload: payload))
  }

  private mutating func advance(_ count: Int) {
    start += count
    end += count
  }

  /// Whether so many bytes are ready from `start` on.
  private mutating func fill(_ count: Int) throws(ParallaxError) -> Bool {
    while buffer.count - start < count {
      if start > 0 {
        buffer.removeFirst(start)
        start = 0
      }
      let piece = max(min(max(4096, end), 1 << 20), count - buffer.count)
      let old = buffer.count
      buffer.append(contentsOf: repeatElement(0, count: piece))
      let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + old, piece) }
      buffer.removeLast(piece - max(0, got))
      if got < 0 {
        if errno == EINTR { continue }
        throw StoreFailure.system("read", path, errno)
      }
      if got == 0 { return false }
    }
    return true
  }

  private mutating func isZeroToTheEnd() throws(ParallaxError) -> Bool {
    while true {
      guard buffer[start...].allSatisfy({ $0 == 0 }) else { return false }
      start = buffer.count
      guard try fill(1) else { return true }
    }
  }
}
