internal import ParallaxModel

extension AgentMessage {
  enum Tag: UInt8 {
    case hello = 1
    case planAccepted, pong, records, batchDone, log, fatal, stopped
  }

  /// Whether the payload of a frame is a batch of records, without reading it.
  package static func holdsRecords(_ payload: [UInt8]) -> Bool { payload.first == Tag.records.rawValue }

  /// The payload of a frame. Only `Frame.encode` limits its size; `RecordBatch` cuts records to fit.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .hello(let hello):
      writer.byte(Tag.hello.rawValue)
      writer.string(hello.version)
      writer.string(hello.architecture)
      writer.integer(hello.processID)
      writer.signed(hello.now)
    case .planAccepted(let digest):
      writer.byte(Tag.planAccepted.rawValue)
      writer.string(digest)
    case .pong(let sequence, let receivedAt, let sentAt):
      writer.byte(Tag.pong.rawValue)
      writer.unsigned(sequence)
      writer.signed(receivedAt)
      writer.signed(sentAt)
    case .records(let records):
      var batch = RecordBatch()
      for record in records { batch.append(record) }
      return batch.payload
    case .batchDone(let done):
      writer.byte(Tag.batchDone.rawValue)
      writer.batchDone(done)
    case .log(let text):
      writer.byte(Tag.log.rawValue)
      writer.string(text)
    case .stopped(let reason):
      writer.byte(Tag.stopped.rawValue)
      writer.string(reason)
    case .fatal(let code, let text):
      writer.byte(Tag.fatal.rawValue)
      writer.string(code)
      writer.string(text)
    }
    return writer.bytes
  }

  /// The message as bytes for the stream.
  public func frame() throws(WireError) -> [UInt8] { try Frame.encode(encoded()) }

  public init(encoded bytes: [UInt8]) throws(WireError) {
    var reader = ByteReader(bytes)
    let tag: Tag = try reader.choice("message")
    self =
      switch tag {
      case .hello:
        .hello(
          AgentHello(
            version: try reader.string("version", upTo: WireLimits.name),
            architecture: try reader.string("architecture", upTo: WireLimits.name),
            processID: try reader.integer(), now: try reader.signed()))
      case .planAccepted: .planAccepted(digest: try reader.string("digest", upTo: WireLimits.name))
      case .pong:
        .pong(sequence: try reader.unsigned(), receivedAt: try reader.signed(), sentAt: try reader.signed())
      case .records: .records(try reader.records())
      case .batchDone: .batchDone(try reader.batchDone())
      case .log: .log(try reader.string("text", upTo: WireLimits.text))
      case .stopped: .stopped(reason: try reader.string("reason", upTo: WireLimits.text))
      case .fatal:
        .fatal(
          code: try reader.string("code", upTo: WireLimits.name), text: try reader.string("text", upTo: WireLimits.text)
        )
      }
    try reader.expectEnd()
  }
}

extension ByteWriter {
  fileprivate mutating func batchDone(_ done: BatchDone) {
    integer(done.batch)
    integer(done.sent)
    integer(done.refused)
    integer(done.charged)
    optional(done.outcome) { writer, outcome in
      writer.byte(outcome.saturation.rawValue)
      writer.optional(outcome.lead) { $0.integer($1) }
      writer.double(outcome.admittedRate)
      writer.optional(outcome.firstDenial) { $0.double($1) }
    }
  }
}

extension ByteReader {
  fileprivate mutating func batchDone() throws(WireError) -> BatchDone {
    var done = BatchDone(
      batch: try integer(), sent: try integer(), refused: try integer(), charged: try integer())
    done.outcome = try optional { reader throws(WireError) in
      RampOutcome(
        saturation: try reader.choice("saturation"),
        lead: try reader.optional { reader throws(WireError) in try reader.integer() },
        admittedRate: try reader.double(),
        firstDenial: try reader.optional { reader throws(WireError) in try reader.double() })
    }
    return done
  }
}
