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
  /// Names and values by turns of the headers before, and the number of each in the table, 0 where that was full.
  private var previousTexts: [(key: UTF8Text, number: Int)] = []
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
    let texts = headers.count * 2
    var same = 0
    while same < min(texts, previousTexts.count), previousTexts[same].key == key(headers, same) { same += 1 }
    guard same < texts || texts != previousTexts.count else { return writer.count(0) }
    writer.count(headers.count + 1)
    for place in 0..<texts {
      let key = key(headers, place)
      // Mostly one field differs, say the number of a request: the others are at the place where they were.
      if place < same || place < previousTexts.count && previousTexts[place].key == key {
        append(key, number: previousTexts[place].number)
      } else {
        let entry = (key, append(looked: key))
        if place < previousTexts.count { previousTexts[place] = entry } else { previousTexts.append(entry) }
      }
    }
    previousTexts.removeLast(previousTexts.count - texts)
  }

  private func key(_ headers: [Header], _ place: Int) -> UTF8Text {
    let header = headers[place / 2]
    return UTF8Text(text: place.isMultiple(of: 2) ? header.name : header.value)
  }

  /// Writes a text and returns its number in the table, where it is entered if it is new and there is room.
  private mutating func append(looked key: UTF8Text) -> Int {
    let known = strings[key] ?? 0
    append(key, number: known)
    guard known == 0, strings.count < WireLimits.table else { return known }
    strings[key] = strings.count + 1
    return strings.count
  }

  private mutating func append(_ key: UTF8Text, number: Int) {
    writer.count(number)
    if number == 0 { writer.string(key.text) }
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
}

/// Compares a string's bytes: Swift's own equality holds across Unicode normal forms.
private struct UTF8Text: Hashable {
  let text: String

  static func == (a: UTF8Text, b: UTF8Text) -> Bool {
    a.withBytes { mine in
      b.withBytes {
        guard mine.count == $0.count else { return false }
        guard let left = mine.baseAddress, let right = $0.baseAddress, left != right else { return true }
        return memcmp(left, right, mine.count) == 0
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  private func withBytes<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    if let value = text.utf8.withContiguousStorageIfAvailable(body) { return value }
    var text = text
    return text.withUTF8(body)
  }
}
