internal import ParallaxModel
internal import ParallaxWire

/// SplitMix64 (Steele, Lea, Flood 2014), seeded, so that every run of the tests sees the same values.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random values of everything that goes over the wire.
struct RandomValues {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func flag() -> Bool { Bool.random(using: &generator) }

  mutating func instant() -> Int64 {
    Int64.random(in: flag() ? 0...1_000_000 : Int64.min...Int64.max, using: &generator)
  }

  mutating func real() -> Double { Double.random(in: -1e9...1e9, using: &generator) }

  mutating func text() -> String {
    let alphabet = Array("abcXYZ019-/{}: \u{e9}\u{1F600}\u{301}")
    return String((0..<number(0...12)).map { _ in alphabet.randomElement(using: &generator)! })
  }

  mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
    (0..<number(range)).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  mutating func optional<Value>(_ value: (inout RandomValues) -> Value) -> Value? {
    flag() ? value(&self) : nil
  }

  mutating func list<Value>(_ range: ClosedRange<Int>, _ value: (inout RandomValues) -> Value) -> [Value] {
    (0..<number(range)).map { _ in value(&self) }
  }

  mutating func headers() -> [Header] { list(0...4) { Header($0.text(), $0.text()) } }

  mutating func stage() -> Stage { Stage.allCases.randomElement(using: &generator)! }

  mutating func plan() -> RequestPlan {
    RequestPlan(
      url: URLParts(scheme: flag() ? .http : .https, host: text(), port: number(1...65_535), path: "/" + text()),
      method: text(), headers: headers(), userAgent: text(), timeout: real(), keepAlive: flag(),
      certificateAuthorities: text(),
      limitedWhen: list(0...3) {
        LimitRule(
          status: $0.optional { $0.number(100...599) }, bodyContains: $0.optional { $0.text() },
          header: $0.optional { $0.text() })
      },
      budget: Budget(requests: number(0...1_000_000), rate: real(), duration: real()),
      cells: list(0...5) {
        RequestPlan.CellRequest(
          cell: $0.number(0...40), vantage: $0.text(), key: $0.text(), account: $0.text(), path: $0.text(),
          values: $0.headers())
      },
      addresses: list(0...3) { $0.text() }, allowUnsafeMethods: flag(),
      transport: Transport(version: flag() ? .http1 : .http2, streams: number(1...200)), clientCertificates: text(),
      stopRules: StopRules(
        serverErrors: optional { $0.real() }, connectionErrors: optional { $0.real() }, latency: optional { $0.real() },
        retryAfter: optional { $0.real() }, when: list(0...2) { _ in LimitRule(status: 403) }))
  }

  mutating func controllerMessage() -> ControllerMessage {
    switch number(0...11) {
    case 0: .hello(run: text())
    case 1: .assign(list(0...3) { Vantage(host: $0.text(), sourceAddress: $0.optional { $0.text() }) })
    case 2: .plan(plan().encoded())
    case 3: .secrets(list(0...3) { Secret(name: $0.text(), value: $0.text()) })
    case 4:
      .lease(
        Lease(
          granted: number(0...Int.max), validForMilliseconds: number(-1...20_000),
          allotments: optional {
            $0.list(0...4) { Lease.Allotment(cell: $0.number(0...9), granted: $0.number(0...99)) }
          }
        ))
    case 10: .clientKey(Secret(name: text(), value: text()))
    case 5: .ping(sequence: generator.next())
    case 6:
      .schedule(
        ScheduleOrder(
          batch: number(0...1000), stage: stage(),
          items: list(0...9) { ScheduleOrder.Item(at: $0.instant(), cell: $0.number(-1...50)) }, lead: instant(),
          answerDeadline: optional { $0.instant() }))
    case 7: .ramp(ramp())
    case 8: .abort(reason: text())
    case 9:
      .flight(
        FlightOrder(
          batch: number(0...1000), stage: stage(), cells: list(0...4) { $0.number(0...9) }, inFlight: number(0...99),
          requests: number(0...9999), start: instant(), answerDeadline: optional { $0.instant() }))
    default: .bye
    }
  }

  mutating func ramp() -> RampOrder {
    RampOrder(
      batch: number(0...1000),
      specification: RampSpecification(
        stage: stage(), cell: number(0...9), maxRequests: number(0...9999), rateCap: real(), roundTrip: real(),
        confirmGap: real(), pace: optional { $0.real() }, deadline: real(), delayThreshold: real(),
        followUp: list(0...4) { $0.number(0...9) }),
      start: instant(), answerDeadline: optional { $0.instant() })
  }

  mutating func record() -> AgentRecord {
    AgentRecord(
      id: number(Int.min...Int.max), batch: number(0...9), cell: number(0...9), stage: stage(),
      timings: Timings(
        planned: instant(), sent: instant(),
        connection: optional { random in
          ConnectionPhases(
            began: random.optional { $0.instant() }, connected: random.instant(),
            secured: random.optional { $0.instant() })
        }, firstByte: optional { $0.instant() },
        end: instant()),
      answer: Answer(
        status: optional { $0.number(100...599) }, headers: headers(), body: bytes(0...20), bytes: number(0...99_999),
        failure: optional { Answer.Failure.allCases.randomElement(using: &$0.generator)! }),
      refusal: optional { Refusal.allCases.randomElement(using: &$0.generator)! })
  }

  mutating func agentMessage() -> AgentMessage {
    switch number(0...7) {
    case 0:
      .hello(AgentHello(version: text(), architecture: text(), processID: number(1...99_999), now: instant()))
    case 1: .planAccepted(digest: text())
    case 2: .pong(sequence: generator.next(), receivedAt: instant(), sentAt: instant())
    case 3: .records(list(0...8) { $0.record() })
    case 4:
      .batchDone(
        BatchDone(
          batch: number(0...9),
          outcome: optional {
            RampOutcome(
              saturation: RampOutcome.Saturation.allCases.randomElement(using: &$0.generator)!,
              lead: $0.optional { $0.number(0...99) }, admittedRate: $0.real(), firstDenial: $0.optional { $0.real() })
          }, sent: number(0...9), refused: number(0...9), charged: number(0...9)))
    case 5: .log(text())
    case 6: .stopped(reason: text())
    default: .fatal(code: text(), text: text())
    }
  }
}
