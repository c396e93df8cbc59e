internal import Glibc
internal import ParallaxModel

/// Records on their way into one frame, encoded as they come.
///
/// Headers and bodies repeat from answer to answer, so each different one is written once: a reference is 0 before a
/// new value and its number from 1 otherwise. Headers that are all those of the record before are a single 0 where
/// otherwise their number and one more stands. Instants are differences. A request that gets the same answer as the
/// one before costs some 25 bytes instead of a few hundred.
public struct RecordBatch {
  /// A batch of this many bytes should be sent; with a record of the largest size on top it still fits a frame.
  public static let fullAt = 65_536

  private var writer = ByteWriter()
  private var strings: [UTF8Text: Int] = [:]
  private var bodies: [[UInt8]: Int] = [:]
  private var previousID: Int64 = 0
  private var previousInstant: Int64 = 0
  private var previousHeaders: [Header] = []
  /// By place, names and values by turns: what stood there last, and its number in the table.
  private var lastTexts: [(key: UTF8Text, number: Int)] = []
  private var previousBody: (bytes: [UInt8], number: Int) = ([], 0)

  public private(set) var count = 0

  public init() { writer.byte(AgentMessage.Tag.records.rawValue) }

  public var isFull: Bool { writer.bytes.count >= Self.fullAt }

  /// The payload of a frame: an `AgentMessage.records`.
  public var payload: [UInt8] { writer.bytes }

  public mutating func append(_ record: AgentRecord) {
    count += 1
    writer.signed(Int64(record.id) &- previousID)
    previousID = Int64(record.id)
    writer.integer(record.batch)
    writer.integer(record.cell)
    writer.byte(record.stage.rawValue)
    append(record.timings)
    append(record.answer)
    writer.byte(record.refusal?.rawValue ?? 0)
  }

  private mutating func append(_ timings: Timings) {
    writer.signed(timings.planned &- previousInstant)
    previousInstant = timings.planned
    writer.signed(timings.sent &- timings.planned)
    writer.optional(timings.connection) { writer, phases in
      writer.optional(phases.began) { $0.signed($1 &- timings.sent) }
      writer.signed(phases.connected &- timings.sent)
      writer.optional(phases.secured) { $0.signed($1 &- timings.sent) }
    }
    writer.optional(timings.firstByte) { $0.signed($1 &- timings.sent) }
    writer.signed(timings.end &- timings.sent)
  }

  private mutating func append(_ answer: Answer) {
    writer.optional(answer.status) { $0.integer($1) }
    append(answer.headers)
    append(body: answer.body)
    writer.integer(answer.bytes)
    writer.byte(answer.failure?.rawValue ?? 0)
  }

  private mutating func append(_ headers: [Header]) {
    guard !headers.hasBytes(of: previousHeaders) else { return writer.count(0) }
    writer.count(headers.count + 1)
    // Mostly one field differs, say the number of a request: the others are at the place where they were.
    for (index, header) in headers.enumerated() {
      append(text: header.name, at: 2 * index)
      append(text: header.value, at: 2 * index + 1)
    }
    previousHeaders = headers
  }

  private mutating func append(body: [UInt8]) {
    // Looked up only where it is not the last one again, which is found out faster.
    if previousBody.number > 0, previousBody.bytes == body { return writer.count(previousBody.number) }
    if let number = bodies[body] {
      writer.count(number)
      previousBody = (body, number)
    } else {
      writer.count(0)
      writer.blob(body)
      guard bodies.count < WireLimits.table else { return }
      bodies[body] = bodies.count + 1
      previousBody = (body, bodies.count)
    }
  }

  private mutating func append(text: String, at place: Int) {
    let key = UTF8Text(text: text)
    if place < lastTexts.count, lastTexts[place].key == key { return writer.count(lastTexts[place].number) }
    let number: Int
    if let known = strings[key] {
      number = known
      writer.count(number)
    } else {
      writer.count(0)
      writer.string(text)
      guard strings.count < WireLimits.table else { return }
      number = strings.count + 1
      strings[key] = number
    }
    if place < lastTexts.count {
      lastTexts[place] = (key, number)
    } else if place == lastTexts.count {
      lastTexts.append((key, number))
    }
  }
}

/// Compares a string's bytes: Swift's own equality holds across Unicode normal forms.
private struct UTF8Text: Hashable {
  let text: String

  static func == (a: UTF8Text, b: UTF8Text) -> Bool {
    var (a, b) = (a.text, b.text)
    return a.withUTF8 { mine in
      b.withUTF8 {
        guard mine.count == $0.count else { return false }
        guard let left = mine.baseAddress, let right = $0.baseAddress else { return true }
        return memcmp(left, right, mine.count) == 0
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension [Header] {
  /// Byte for byte the same.
  fileprivate func hasBytes(of other: [Header]) -> Bool {
    guard count == other.count else { return false }
    let isOneArray = withUnsafeBufferPointer { mine in
      other.withUnsafeBufferPointer { mine.baseAddress == $0.baseAddress }
    }
    return isOneArray
      || zip(self, other).allSatisfy {
        UTF8Text(text: $0.name) == UTF8Text(text: $1.name) && UTF8Text(text: $0.value) == UTF8Text(text: $1.value)
      }
  }
}
