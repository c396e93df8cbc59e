internal import ParallaxModel

extension ControllerMessage {
  private enum Tag: UInt8 {
    case hello = 1
    case assign, plan, secrets, lease, ping, schedule, ramp, abort, bye, flight, clientKey
  }

  /// The payload of a frame. Only `Frame.encode` limits its size.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .hello(let run):
      writer.byte(Tag.hello.rawValue)
      writer.string(run)
    case .assign(let vantages):
      writer.byte(Tag.assign.rawValue)
      writer.list(vantages) { $0.vantage($1) }
    case .plan(let bytes):
      writer.byte(Tag.plan.rawValue)
      writer.blob(bytes)
    case .secrets(let secrets):
      writer.byte(Tag.secrets.rawValue)
      writer.list(secrets) { $0.secret($1) }
    case .clientKey(let key):
      writer.byte(Tag.clientKey.rawValue)
      writer.secret(key)
    case .lease(let lease):
      writer.byte(Tag.lease.rawValue)
      writer.integer(lease.granted)
      writer.integer(lease.validForMilliseconds)
      writer.optional(lease.allotments) { writer, allotments in
        writer.list(allotments) {
          $0.integer($1.cell)
          $0.integer($1.granted)
        }
      }
    case .ping(let sequence):
      writer.byte(Tag.ping.rawValue)
      writer.unsigned(sequence)
    case .schedule(let order):
      writer.byte(Tag.schedule.rawValue)
      writer.schedule(order)
    case .ramp(let order):
      writer.byte(Tag.ramp.rawValue)
      writer.ramp(order)
    case .flight(let order):
      writer.byte(Tag.flight.rawValue)
      writer.flight(order)
    case .abort(let reason):
      writer.byte(Tag.abort.rawValue)
      writer.string(reason)
    case .bye:
      writer.byte(Tag.bye.rawValue)
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
      case .hello: .hello(run: try reader.string("run", upTo: WireLimits.name))
      case .assign:
        .assign(
          try reader.list("vantages", upTo: WireLimits.vantages) { reader throws(WireError) in
            try reader.vantage()
          })
      case .plan: .plan(try reader.blob("plan", upTo: Frame.maximumPayload))
      case .secrets:
        .secrets(
          try reader.list("secrets", upTo: WireLimits.secrets) { reader throws(WireError) in try reader.secret() })
      case .clientKey: .clientKey(try reader.secret())
      case .lease: .lease(try reader.lease())
      case .ping: .ping(sequence: try reader.unsigned())
      case .schedule: .schedule(try reader.schedule())
      case .ramp: .ramp(try reader.ramp())
      case .flight: .flight(try reader.flight())
      case .abort: .abort(reason: try reader.string("reason", upTo: WireLimits.text))
      case .bye: .bye
      }
    try reader.expectEnd()
  }
}

extension ByteWriter {
  fileprivate mutating func vantage(_ vantage: Vantage) {
    string(vantage.host)
    optional(vantage.sourceAddress) { $0.string($1) }
  }

  fileprivate mutating func secret(_ secret: Secret) {
    string(secret.name)
    string(secret.value)
  }

  /// Instants are written as differences, since most are close to the one before.
  fileprivate mutating func schedule(_ order: ScheduleOrder) {
    integer(order.batch)
    byte(order.stage.rawValue)
    signed(order.lead)
    optional(order.answerDeadline) { $0.signed($1) }
    var previous: Int64 = 0
    list(order.items) { writer, item in
      writer.signed(item.at &- previous)
      writer.integer(item.cell)
      previous = item.at
    }
  }

  fileprivate mutating func ramp(_ order: RampOrder) {
    integer(order.batch)
    signed(order.start)
    optional(order.answerDeadline) { $0.signed($1) }
    let specification = order.specification
    byte(specification.stage.rawValue)
    integer(specification.cell)
    integer(specification.maxRequests)
    double(specification.rateCap)
    double(specification.roundTrip)
    double(specification.confirmGap)
    optional(specification.pace) { $0.double($1) }
    double(specification.deadline)
    double(specification.delayThreshold)
    list(specification.followUp) { $0.integer($1) }
  }

  fileprivate mutating func flight(_ order: FlightOrder) {
    integer(order.batch)
    byte(order.stage.rawValue)
    list(order.cells) { $0.integer($1) }
    integer(order.inFlight)
    integer(order.requests)
    signed(order.start)
    optional(order.answerDeadline) { $0.signed($1) }
  }
}

extension ByteReader {
  fileprivate mutating func vantage() throws(WireError) -> Vantage {
    Vantage(
      host: try string("host", upTo: WireLimits.name),
      sourceAddress: try optional { reader throws(WireError) in
        try reader.string("source address", upTo: WireLimits.name)
      })
  }

  fileprivate mutating func secret() throws(WireError) -> Secret {
    Secret(
      name: try string("key name", upTo: WireLimits.name), value: try string("key", upTo: WireLimits.text))
  }

  fileprivate mutating func lease() throws(WireError) -> Lease {
    Lease(
      granted: try integer(), validForMilliseconds: try integer(),
      allotments: try optional { reader throws(WireError) in
        try reader.list("allotments", upTo: WireLimits.cells) { reader throws(WireError) in
          Lease.Allotment(cell: try reader.integer(), granted: try reader.integer())
        }
      })
  }

  fileprivate mutating func schedule() throws(WireError) -> ScheduleOrder {
    let batch = try integer()
    let stage: Stage = try choice("stage")
    let lead = try signed()
    let answerDeadline = try optional { reader throws(WireError) in try reader.signed() }
    var previous: Int64 = 0
    let items = try list("schedule", upTo: WireLimits.scheduleItems) { reader throws(WireError) in
      previous &+= try reader.signed()
      return ScheduleOrder.Item(at: previous, cell: try reader.integer())
    }
    return ScheduleOrder(batch: batch, stage: stage, items: items, lead: lead, answerDeadline: answerDeadline)
  }

  fileprivate mutating func ramp() throws(WireError) -> RampOrder {
    let batch = try integer()
    let start = try signed()
    let answerDeadline = try optional { reader throws(WireError) in try reader.signed() }
    let specification = RampSpecification(
      stage: try choice("stage"), cell: try integer(), maxRequests: try integer(), rateCap: try finite(),
      roundTrip: try finite(), confirmGap: try finite(),
      pace: try optional { reader throws(WireError) in try reader.finite() }, deadline: try finite(),
      delayThreshold: try finite(),
      followUp: try list("follow-up", upTo: WireLimits.cells) { reader throws(WireError) in try reader.integer() })
    return RampOrder(batch: batch, specification: specification, start: start, answerDeadline: answerDeadline)
  }

  fileprivate mutating func flight() throws(WireError) -> FlightOrder {
    FlightOrder(
      batch: try integer(), stage: try choice("stage"),
      cells: try list("cells", upTo: WireLimits.cells) { reader throws(WireError) in try reader.integer() },
      inFlight: try integer(), requests: try integer(), start: try signed(),
      answerDeadline: try optional { reader throws(WireError) in try reader.signed() })
  }
}
