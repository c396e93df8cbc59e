internal import Glibc
package import ParallaxModel
internal import ParallaxWire

/// What is wrong with the bytes of an answer.
package enum AnswerDefect: Error {
  case invalid
  case tooLarge
}

/// The status line and the header fields of one HTTP/1.1 answer, and what they say of what follows (RFC 9112).
package struct ResponseHead: Equatable {
  /// Where the body ends (RFC 9112, section 6.3).
  package enum Framing: Equatable {
    case length(Int)
    case chunked
    case untilClose
  }

  /// Bytes of names and values that are kept, in the order received.
  static let keptBytes = 16_384
  /// A larger head, or one of more fields, is not read at all.
  static let limit = 65_536
  static let fieldLimit = 512

  package private(set) var status = 0
  package private(set) var headers: [Header] = []
  package private(set) var framing = Framing.untilClose
  /// Whether the server lets the connection be used again.
  package private(set) var keepsAlive = true
  /// Seconds for which the server says it keeps an idle connection.
  package private(set) var keepAliveTimeout: Int64?

  var isInterim: Bool { (100..<200).contains(status) && status != 101 }

  /// `bytes` are a whole head, its empty line included. `isBodiless` for the answer to HEAD.
  package init(_ bytes: UnsafeRawBufferPointer, isBodiless: Bool) throws(AnswerDefect) {
    var lines = HeadLines(bytes)
    guard let first = lines.next() else { throw .invalid }
    try readStatusLine(first)
    var fields = 0
    var kept = 0
    var framingFields = FramingFields()
    while let line = lines.next(), !line.isEmpty {
      fields += 1
      guard fields <= Self.fieldLimit else { throw .tooLarge }
      let (name, value) = try Self.field(line)
      try framingFields.take(name, value, into: &self)
      kept += name.count + value.count
      guard Self.keeps(bytes: kept, fields: headers.count, name: name.count) else { continue }
      headers.append(Header(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
    framing = try framingFields.framing(status: status, isBodiless: isBodiless)
    if status == 101 || framingFields.isAmbiguous || framing == .untilClose { keepsAlive = false }
  }

  /// Whether a field is kept that would make the kept ones that many bytes, after so many others.
  static func keeps(bytes: Int, fields: Int, name: Int) -> Bool {
    bytes <= keptBytes && name <= WireLimits.name && fields < WireLimits.headers
  }

  mutating func replaceHeaders(_ headers: [Header]) { self.headers = headers }

  mutating func replaceHeader(at index: Int, with header: Header) { headers[index] = header }

  /// `HTTP/1.1 200 OK`; the words may be missing.
  private mutating func readStatusLine(_ line: UnsafeRawBufferPointer) throws(AnswerDefect) {
    guard line.count >= 12, line[0..<7].elementsEqual("HTTP/1.".utf8), line[8] == Byte.space else { throw .invalid }
    switch line[7] {
    case UInt8(ascii: "1"): break
    case UInt8(ascii: "0"): keepsAlive = false
    default: throw .invalid
    }
    for byte in line[9..<12] {
      guard Byte.isDigit(byte) else { throw .invalid }
      status = status * 10 + Int(byte - Byte.zero)
    }
    guard status >= 100, line.count == 12 || line[12] == Byte.space else { throw .invalid }
  }

  /// `Name: value`, without the blanks around the value.
  static func field(
    _ line: UnsafeRawBufferPointer
  ) throws(AnswerDefect) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    guard let base = line.baseAddress, let colon = memchr(base, CInt(Byte.colon), line.count) else { throw .invalid }
    let length = UnsafeRawPointer(colon) - base
    let name = UnsafeRawBufferPointer(rebasing: line[0..<length])
    guard !name.isEmpty, name.allSatisfy(Byte.isToken) else { throw .invalid }
    var start = length + 1
    var end = line.count
    while start < end, Byte.isBlank(line[start]) { start += 1 }
    while end > start, Byte.isBlank(line[end - 1]) { end -= 1 }
    let value = UnsafeRawBufferPointer(rebasing: line[start..<end])
    guard value.allSatisfy({ $0 != 0 && $0 != Byte.carriageReturn }) else { throw .invalid }
    return (name, value)
  }

  /// What the fields say of the framing, gathered until all of them were seen.
  private struct FramingFields {
    private var length: Int?
    private var codings: [UInt8]?

    /// Both a length and a transfer coding: the coding counts, and the connection is not used again (RFC 9112, 6.3).
    var isAmbiguous: Bool { length != nil && codings != nil }

    mutating func take(
      _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, into head: inout ResponseHead
    ) throws(AnswerDefect) {
      switch FramingField(name) {
      case .contentLength:
        let number = try Self.number(value)
        guard length == nil || length == number else { throw .invalid }
        length = number
      case .transferEncoding:
        codings = (codings.map { $0 + [Byte.comma] } ?? []) + value.map(Byte.lowered)
      case .connection:
        let words = value.map(Byte.lowered).split(separator: Byte.comma).map(Self.trimmed)
        if words.contains(where: { $0.elementsEqual("close".utf8) }) {
          head.keepsAlive = false
        } else if words.contains(where: { $0.elementsEqual("keep-alive".utf8) }) {
          head.keepsAlive = true
        }
      case .keepAlive:
        head.keepAliveTimeout = head.keepAliveTimeout ?? Self.timeout(value)
      case nil: break
      }
    }

    func framing(status: Int, isBodiless: Bool) throws(AnswerDefect) -> Framing {
      if isBodiless || status < 200 || status == 204 || status == 304 { return .length(0) }
      if let codings {
        let last = codings.split(separator: Byte.comma).last.map(Self.trimmed) ?? []
        return last.elementsEqual("chunked".utf8) ? .chunked : .untilClose
      }
      return length.map { .length($0) } ?? .untilClose
    }

    private static func number(_ value: UnsafeRawBufferPointer) throws(AnswerDefect) -> Int {
      guard !value.isEmpty, value.count <= 18, value.allSatisfy(Byte.isDigit) else { throw .invalid }
      return value.reduce(0) { $0 * 10 + Int($1 - Byte.zero) }
    }

    private static func trimmed(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      var word = word
      while let first = word.first, Byte.isBlank(first) { word.removeFirst() }
      while let last = word.last, Byte.isBlank(last) { word.removeLast() }
      return word
    }

    /// `timeout=5, max=100` is 5.
    private static func timeout(_ value: UnsafeRawBufferPointer) -> Int64? {
      for part in String(decoding: value, as: UTF8.self).split(separator: ",") {
        let words = part.split(separator: "=").map { $0.drop { $0 == " " } }
        if words.count == 2, words[0].lowercased() == "timeout" { return Int64(words[1]) }
      }
      return nil
    }
  }
}

/// The fields that say where the body ends, or the connection does.
enum FramingField {
  case contentLength, transferEncoding, connection, keepAlive

  init?(_ name: UnsafeRawBufferPointer) {
    switch name.count {
    case 14 where Byte.equal(name, "content-length"): self = .contentLength
    case 17 where Byte.equal(name, "transfer-encoding"): self = .transferEncoding
    case 10 where Byte.equal(name, "connection"): self = .connection
    case 10 where Byte.equal(name, "keep-alive"): self = .keepAlive
    default: return nil
    }
  }
}

/// The lines of a head without their ends; a line feed alone ends one too (RFC 9112, section 2.2).
struct HeadLines {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard let base = bytes.baseAddress, position < bytes.count,
      let feed = memchr(base + position, CInt(Byte.lineFeed), bytes.count - position)
    else { return nil }
    let start = position
    var end = UnsafeRawPointer(feed) - base
    position = end + 1
    if end > start, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }
}
