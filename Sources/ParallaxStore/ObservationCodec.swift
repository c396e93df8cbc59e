internal import Glibc
internal import ParallaxModel

/// An observation as the payload of a record.
extension ByteWriter {
  mutating func observation(_ value: Observation) {
    count(value.id)
    count(value.cell)
    byte(value.stage.rawValue)
    double(value.planned)
    double(value.sent)
    optional(value.connection) { writer, phases in
      writer.optional(phases.began) { $0.double($1) }
      writer.double(phases.connected)
      writer.optional(phases.secured) { $0.double($1) }
    }
    optional(value.firstByte) { $0.double($1) }
    double(value.end)
    double(value.clockBound)
    answer(value.answer)
    reading(value.reading)
  }

  private mutating func answer(_ value: Answer) {
    optional(value.status) { $0.count($1) }
    list(value.headers) { writer, header in
      writer.text(header.name)
      writer.text(header.value)
    }
    data(value.body)
    count(value.bytes)
    optional(value.failure) { $0.byte($1.rawValue) }
  }

  private mutating func reading(_ value: Reading) {
    switch value {
    case .passed: byte(1)
    case .limited(let signature):
      byte(2)
      self.signature(signature)
    case .void(let reason):
      byte(3)
      byte(reason.rawValue)
    }
  }

  mutating func signature(_ value: Signature) {
    byte(value.effect.rawValue)
    optional(value.status) { $0.count($1) }
    optional(value.server) { $0.text($1) }
    list(value.headers) { $0.text($1) }
    text(value.body)
    byte(value.layer.rawValue)
  }
}

extension ByteReader {
  /// - Parameters:
  ///   - hasAnswer: whether headers and body are wanted; they are most of the work.
  ///   - known: readings that came before: one that comes again is not taken apart again.
  mutating func observation(hasAnswer: Bool, known: inout KnownReadings) throws(MalformedRecord) -> Observation {
    Observation(
      id: try count(), cell: try count(), stage: try tag(Stage.self), planned: try double(), sent: try double(),
      connection: try optional { reader throws(MalformedRecord) in try reader.connection() },
      firstByte: try optional { reader throws(MalformedRecord) in try reader.double() },
      end: try double(), clockBound: try double(), answer: hasAnswer ? try answer() : try bareAnswer(),
      reading: try known.read(&self))
  }

  /// Up to version 2 there was only the time at which it stood.
  private mutating func connection() throws(MalformedRecord) -> ConnectionPhases<Double> {
    guard version >= 3 else { return ConnectionPhases(began: nil, connected: try double()) }
    return ConnectionPhases(
      began: try optional { reader throws(MalformedRecord) in try reader.double() }, connected: try double(),
      secured: try optional { reader throws(MalformedRecord) in try reader.double() })
  }

  private mutating func answer() throws(MalformedRecord) -> Answer {
    Answer(
      status: try optional { reader throws(MalformedRecord) in try reader.count() },
      headers: try list { reader throws(MalformedRecord) in Header(try reader.text(), try reader.text()) },
      body: try data(), bytes: try count(),
      failure: try optional { reader throws(MalformedRecord) in try reader.tag(Answer.Failure.self) })
  }

  private mutating func bareAnswer() throws(MalformedRecord) -> Answer {
    let status = try optional { reader throws(MalformedRecord) in try reader.count() }
    for _ in 0..<(try count()) {
      try skip()
      try skip()
    }
    try skip()
    return Answer(
      status: status, bytes: try count(),
      failure: try optional { reader throws(MalformedRecord) in try reader.tag(Answer.Failure.self) })
  }

  fileprivate mutating func reading() throws(MalformedRecord) -> Reading {
    switch try byte() {
    case 1: return .passed
    case 2: return .limited(try signature())
    case 3: return .void(try tag(Reading.VoidReason.self))
    default: throw MalformedRecord(expected: "a reading")
    }
  }

  mutating func signature() throws(MalformedRecord) -> Signature {
    Signature(
      effect: try tag(Signature.Effect.self),
      status: try optional { reader throws(MalformedRecord) in try reader.count() },
      server: try optional { reader throws(MalformedRecord) in try reader.text() },
      headers: try list { reader throws(MalformedRecord) in try reader.text() },
      body: try text(), layer: try tag(Signature.Layer.self))
  }
}

/// Readings by the bytes that they were written as. They stand at the end of their record, and a run has few of them.
struct KnownReadings {
  private var bytes: [[UInt8]] = []
  private var readings: [Reading] = []
  private static let limit = 32

  mutating func read(_ reader: inout ByteReader) throws(MalformedRecord) -> Reading {
    let rest = reader.rest
    // Those that passed are one byte.
    guard rest.count > 1, let start = rest.baseAddress else { return try reader.reading() }
    for index in bytes.indices where bytes[index].count == rest.count && memcmp(bytes[index], start, rest.count) == 0 {
      reader.skipToEnd()
      return readings[index]
    }
    let reading = try reader.reading()
    if reader.isAtEnd, bytes.count < Self.limit {
      bytes.append(Array(rest))
      readings.append(reading)
    }
    return reading
  }
}
