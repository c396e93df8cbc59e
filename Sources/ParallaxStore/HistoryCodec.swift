internal import ParallaxModel

/// What a run did, as payloads of records.
extension ByteWriter {
  mutating func directive(_ value: Directive) {
    switch value {
    case .schedule(let schedule):
      byte(1)
      byte(schedule.stage.rawValue)
      list(schedule.items) { writer, item in
        writer.double(item.offset)
        writer.count(item.cell)
      }
    case .ramp(let ramp):
      byte(2)
      self.ramp(ramp)
    case .wait(let seconds, let reason):
      byte(3)
      double(seconds)
      text(reason)
    }
  }

  private mutating func ramp(_ value: RampSpecification) {
    byte(value.stage.rawValue)
    count(value.cell)
    count(value.maxRequests)
    for number in [value.rateCap, value.roundTrip, value.confirmGap] { double(number) }
    optional(value.pace) { $0.double($1) }
    double(value.deadline)
    double(value.delayThreshold)
    list(value.followUp) { $0.count($1) }
  }

  mutating func directiveEnd(_ value: DirectiveEnd) {
    double(value.now)
    optional(value.ramp) { writer, outcome in
      writer.byte(outcome.saturation.rawValue)
      writer.optional(outcome.lead) { $0.count($1) }
      writer.double(outcome.admittedRate)
      writer.optional(outcome.firstDenial) { $0.double($1) }
    }
    list(value.lostVantages) { $0.count($1) }
    optional(value.stopped) { $0.text($1) }
    unknown(value.unknown)
  }

  mutating func resumption(_ value: Resumption) {
    double(value.now)
    double(value.idle)
    unknown(value.unknown)
  }

  private mutating func unknown(_ values: [UnknownRequests]) {
    list(values) { writer, value in
      writer.count(value.cell)
      writer.byte(value.stage.rawValue)
      writer.count(value.count)
    }
  }

  mutating func configuration(_ value: ExperimentConfiguration) {
    count(value.budget.requests)
    double(value.budget.rate)
    double(value.budget.duration)
    unsigned(value.seed)
    for number in [
      value.threshold, value.acrossHosts, value.sameHost, value.controlGap, value.recoverySeconds, value.peelSeconds,
    ] { double(number) }
    flag(value.triageOnly)
    double(value.mysterySeconds)
    double(value.clockOrigin)
  }
}

extension ByteReader {
  mutating func directive() throws(MalformedRecord) -> Directive {
    switch try byte() {
    case 1:
      let stage = try tag(Stage.self)
      let items = try list { reader throws(MalformedRecord) in
        Schedule.Item(offset: try reader.double(), cell: try reader.count())
      }
      return .schedule(Schedule(stage: stage, items: items))
    case 2: return .ramp(try ramp())
    case 3: return .wait(seconds: try double(), reason: try text())
    default: throw MalformedRecord(expected: "a directive")
    }
  }

  private mutating func ramp() throws(MalformedRecord) -> RampSpecification {
    RampSpecification(
      stage: try tag(Stage.self), cell: try count(), maxRequests: try count(), rateCap: try double(),
      roundTrip: try double(), confirmGap: try double(),
      pace: try optional { reader throws(MalformedRecord) in try reader.double() }, deadline: try double(),
      delayThreshold: try double(), followUp: try list { reader throws(MalformedRecord) in try reader.count() })
  }

  mutating func directiveEnd() throws(MalformedRecord) -> DirectiveEnd {
    var end = DirectiveEnd(
      now: try double(),
      ramp: try optional { reader throws(MalformedRecord) in
        RampOutcome(
          saturation: try reader.tag(RampOutcome.Saturation.self),
          lead: try reader.optional { reader throws(MalformedRecord) in try reader.count() },
          admittedRate: try reader.double(),
          firstDenial: try reader.optional { reader throws(MalformedRecord) in try reader.double() })
      }, lostVantages: try list { reader throws(MalformedRecord) in try reader.count() },
      stopped: try optional { reader throws(MalformedRecord) in try reader.text() })
    // Up to version 3, what a lost agent had under way was not known to be.
    if version >= 4 { end.unknown = try unknown() }
    return end
  }

  mutating func resumption() throws(MalformedRecord) -> Resumption {
    Resumption(now: try double(), idle: try double(), unknown: try unknown())
  }

  private mutating func unknown() throws(MalformedRecord) -> [UnknownRequests] {
    try list { reader throws(MalformedRecord) in
      UnknownRequests(cell: try reader.count(), stage: try reader.tag(Stage.self), count: try reader.count())
    }
  }

  mutating func configuration() throws(MalformedRecord) -> ExperimentConfiguration {
    let budget = Budget(requests: try count(), rate: try double(), duration: try double())
    return ExperimentConfiguration(
      budget: budget, seed: try unsigned(), threshold: try double(), acrossHosts: try double(),
      sameHost: try double(), controlGap: try double(), recoverySeconds: try double(), peelSeconds: try double(),
      triageOnly: try flag(), mysterySeconds: try double(), clockOrigin: try double())
  }
}
