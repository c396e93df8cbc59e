internal import ParallaxModel

/// Records on their way into one frame, encoded as they come.
///
/// Headers and bodies repeat from answer to answer, so each different one is written once: a reference is 0 before a
/// new value and its number from 1 otherwise. Instants are differences. A request that gets the same answer as the one
/// before costs some 40 bytes instead of a few hundred.
public struct RecordBatch {
  /// A batch of this many bytes should be sent; with a record of the largest size on top it still fits a frame.
  public static let fullAt = 65_536

  private var writer = ByteWriter()
  private var strings: [UTF8Text: Int] = [:]
  private var bodies: [[UInt8]: Int] = [:]
  private var previousID: Int64 = 0
  private var previousInstant: Int64 = 0

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
    writer.optional(timings.connected) { $0.signed($1 &- timings.sent) }
    writer.optional(timings.firstByte) { $0.signed($1 &- timings.sent) }
    writer.signed(timings.end &- timings.sent)
  }

  private mutating func append(_ answer: Answer) {
    writer.optional(answer.status) { $0.integer($1) }
    writer.count(answer.headers.count)
    for header in answer.headers {
      append(text: header.name)
      append(text: header.value)
    }
    if let number = bodies[answer.body] {
      writer.count(number)
    } else {
      if bodies.count < WireLimits.table { bodies[answer.body] = bodies.count + 1 }
      writer.count(0)
      writer.blob(answer.body)
    }
    writer.integer(answer.bytes)
    writer.byte(answer.failure?.rawValue ?? 0)
  }

  private mutating func append(text: String) {
    let key = UTF8Text(text: text)
    if let number = strings[key] {
      writer.count(number)
    } else {
      if strings.count < WireLimits.table { strings[key] = strings.count + 1 }
      writer.count(0)
      writer.string(text)
    }
  }
}

/// Compares a string's bytes: Swift's own equality holds across Unicode normal forms.
private struct UTF8Text: Hashable {
  let text: String

  static func == (a: UTF8Text, b: UTF8Text) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
