internal import Glibc
internal import ParallaxModel

/// Remembers the last head as it came and as it was read: most answers of a server begin with the very same bytes, or
/// differ in a value or two, say the number of the request. Comparing costs far less than reading again.
package final class HeadMemory {
  /// A line of the remembered head.
  private struct Line {
    /// Where it stands, its end included.
    var range: Range<Int>
    /// Where its field's name and colon end; nil where another value could change more than itself.
    var value: Int?
  }

  private var redactor: Redactor
  private var bytes: [UInt8] = []
  private var lines: [Line] = []
  private var wasBodiless = false
  private var head: ResponseHead?

  package init(redactor: Redactor) { self.redactor = redactor }

  /// What was read with other keys in mind is forgotten.
  func adopt(_ redactor: Redactor) {
    self.redactor = redactor
    head = nil
  }

  /// The head that `bytes` are, without keys in it.
  package func read(_ bytes: UnsafeRawBufferPointer, isBodiless: Bool) throws(AnswerDefect) -> ResponseHead {
    if wasBodiless == isBodiless, let known = remembered(bytes) { return known }
    var fresh = try ResponseHead(bytes, isBodiless: isBodiless)
    let fields = fresh.headers.count
    fresh.replaceHeaders(redactor.redacted(fresh.headers))
    head = fresh
    wasBodiless = isBodiless
    self.bytes = Array(bytes)
    lines = fresh.headers.count == fields ? Self.lines(bytes, fields: fields) : []
    return fresh
  }

  /// The head, where every line is the remembered one or has only another value of the same length.
  private func remembered(_ other: UnsafeRawBufferPointer) -> ResponseHead? {
    guard var head, bytes.count == other.count, let address = other.baseAddress else { return nil }
    if isSame(address, 0..<bytes.count) { return head }
    guard !lines.isEmpty else { return nil }
    for (number, line) in lines.enumerated() where !isSame(address, line.range) {
      guard let value = line.value, isSame(address, line.range.lowerBound..<value),
        let field = Self.field(UnsafeRawBufferPointer(rebasing: other[line.range]))
      else { return nil }
      let clean = redactor.redacted([field])
      guard clean.count == 1 else { return nil }
      head.replaceHeader(at: number - 1, with: clean[0])
    }
    bytes.withUnsafeMutableBytes { $0.copyMemory(from: other) }
    self.head = head
    return head
  }

  private func isSame(_ other: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
    bytes.withUnsafeBytes { memcmp($0.baseAddress! + range.lowerBound, other + range.lowerBound, range.count) == 0 }
  }

  /// The field that `bytes` are, if they are one line and no more.
  private static func field(_ bytes: UnsafeRawBufferPointer) -> Header? {
    var lines = HeadLines(bytes)
    guard let line = lines.next(), lines.isAtEnd, let (name, value) = try? ResponseHead.field(line) else { return nil }
    return Header(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  /// The lines of a head all of whose fields were kept; none where some were not.
  private static func lines(_ bytes: UnsafeRawBufferPointer, fields: Int) -> [Line] {
    guard bytes.count <= ResponseHead.keptBytes else { return [] }
    var lines: [Line] = []
    var rest = HeadLines(bytes)
    var start = 0
    while let line = rest.next() {
      let end = rest.position
      var value: Int?
      if !lines.isEmpty, let (name, _) = try? ResponseHead.field(line), FramingField(name) == nil {
        value = start + name.count + 1
      }
      lines.append(Line(range: start..<end, value: value))
      start = end
    }
    // The status line and the empty one stand around the fields.
    return lines.count == fields + 2 ? lines : []
  }
}
