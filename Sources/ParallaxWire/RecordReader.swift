internal import ParallaxModel

extension ByteReader {
  /// The records of one `RecordBatch`, up to the end of the bytes.
  mutating func records() throws(WireError) -> [AgentRecord] {
    var state = RecordState()
    var records: [AgentRecord] = []
    while !isAtEnd { records.append(try record(&state)) }
    return records
  }

  private mutating func record(_ state: inout RecordState) throws(WireError) -> AgentRecord {
    state.previousID &+= try signed()
    return AgentRecord(
      id: Int(state.previousID), batch: try integer(), cell: try integer(), stage: try choice("stage"),
      timings: try timings(&state), answer: try answer(&state), refusal: try orZero("refusal"))
  }

  private mutating func timings(_ state: inout RecordState) throws(WireError) -> Timings {
    state.previousInstant &+= try signed()
    let planned = state.previousInstant
    let sent = planned &+ (try signed())
    return Timings(
      planned: planned, sent: sent,
      connection: try optional { reader throws(WireError) in try reader.connection(of: sent) },
      firstByte: try optional { reader throws(WireError) in sent &+ (try reader.signed()) },
      end: sent &+ (try signed()))
  }

  private mutating func connection(of sent: Int64) throws(WireError) -> ConnectionPhases<Int64> {
    ConnectionPhases(
      began: try optional { reader throws(WireError) in sent &+ (try reader.signed()) },
      connected: sent &+ (try signed()),
      secured: try optional { reader throws(WireError) in sent &+ (try reader.signed()) })
  }

  private mutating func answer(_ state: inout RecordState) throws(WireError) -> Answer {
    let status = try optional { reader throws(WireError) in try reader.integer() }
    let headers = try headers(&state)
    return Answer(
      status: status, headers: headers, body: try body(&state), bytes: try integer(), failure: try orZero("failure"))
  }

  private mutating func headers(_ state: inout RecordState) throws(WireError) -> [Header] {
    let countAndOne = try count("headers", upTo: WireLimits.headers + 1)
    if countAndOne > 0 {
      state.headers = []
      for _ in 1..<countAndOne {
        state.headers.append(Header(try text(&state, upTo: WireLimits.name), try text(&state, upTo: WireLimits.text)))
      }
    }
    return state.headers
  }

  private mutating func text(_ state: inout RecordState, upTo limit: Int) throws(WireError) -> String {
    let number = try unsigned()
    if number > 0 {
      guard number <= UInt64(state.strings.count) else { throw .malformed("back reference") }
      return state.strings[Int(number) - 1]
    }
    let text = try string("header", upTo: limit)
    if state.strings.count < WireLimits.table { state.strings.append(text) }
    return text
  }

  private mutating func body(_ state: inout RecordState) throws(WireError) -> [UInt8] {
    let number = try unsigned()
    if number > 0 {
      guard number <= UInt64(state.bodies.count) else { throw .malformed("back reference") }
      return state.bodies[Int(number) - 1]
    }
    let body = try blob("body", upTo: Answer.bodyLimit)
    if state.bodies.count < WireLimits.table { state.bodies.append(body) }
    return body
  }

  /// An optional case of an enumeration whose raw values start at 1.
  private mutating func orZero<Value: RawRepresentable<UInt8>>(_ what: String) throws(WireError) -> Value? {
    let raw = try byte()
    if raw == 0 { return nil }
    guard let value = Value(rawValue: raw) else { throw .malformed(what) }
    return value
  }
}

/// What a record is told relative to.
private struct RecordState {
  var previousID: Int64 = 0
  var previousInstant: Int64 = 0
  var headers: [Header] = []
  var strings: [String] = []
  var bodies: [[UInt8]] = []
}
