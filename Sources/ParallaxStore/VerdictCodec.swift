internal import ParallaxModel

/// A verdict as the payload of a record.
extension ByteWriter {
  mutating func verdict(_ value: Verdict) {
    text(value.run)
    text(value.planDigest)
    text(value.status.rawValue)
    list(value.limiters) { $0.limiter($1) }
    list(value.causes) { writer, cause in
      writer.text(cause.cause)
      writer.double(cause.posterior)
      writer.text(cause.because)
      writer.text(cause.next)
    }
    optional(value.inconclusive) { writer, reason in
      writer.text(reason.because)
      writer.text(reason.toSettle)
    }
    list(value.notes) { $0.text($1) }
    count(value.requestsSent)
    double(value.duration)
  }

  private mutating func limiter(_ value: Limiter) {
    list(value.scope) { $0.text($1) }
    double(value.posterior)
    text(value.kind.rawValue)
    signature(value.signature)
    text(value.algorithm.name.rawValue)
    double(value.algorithm.posterior)
    for estimate in [value.limit, value.window, value.burst] {
      optional(estimate) { writer, estimate in
        for number in [estimate.value, estimate.low, estimate.high] { writer.double(number) }
      }
    }
    optional(value.countsRejected) { $0.flag($1) }
    optional(value.prefix) { $0.text($1) }
    optional(value.declared) { writer, declared in
      writer.optional(declared.limit) { $0.double($1) }
      writer.optional(declared.window) { $0.double($1) }
      writer.optional(declared.agrees) { $0.flag($1) }
    }
    list(value.evidence) { $0.evidence($1) }
    list(value.alternatives) { $0.text($1) }
  }

  private mutating func evidence(_ value: Evidence) {
    text(value.contrast)
    text(value.cell)
    text(value.relation.rawValue)
    count(value.limited)
    count(value.sent)
    text(value.control)
    double(value.posterior)
  }
}

extension ByteReader {
  mutating func verdict() throws(MalformedRecord) -> Verdict {
    Verdict(
      run: try text(), planDigest: try text(), status: try word(Verdict.Status.self),
      limiters: try list { reader throws(MalformedRecord) in try reader.limiter() },
      causes: try list { reader throws(MalformedRecord) in
        Cause(
          cause: try reader.text(), posterior: try reader.double(), because: try reader.text(), next: try reader.text())
      },
      inconclusive: try optional { reader throws(MalformedRecord) in
        Verdict.Inconclusive(because: try reader.text(), toSettle: try reader.text())
      },
      notes: version >= 2 ? try list { reader throws(MalformedRecord) in try reader.text() } : [],
      requestsSent: try count(), duration: try double())
  }

  private mutating func limiter() throws(MalformedRecord) -> Limiter {
    Limiter(
      scope: try list { reader throws(MalformedRecord) in try reader.text() }, posterior: try double(),
      kind: try word(Limiter.Kind.self), signature: try signature(),
      algorithm: Limiter.Algorithm(name: try word(Limiter.AlgorithmName.self), posterior: try double()),
      limit: try estimate(), window: try estimate(), burst: try estimate(),
      countsRejected: try optional { reader throws(MalformedRecord) in try reader.flag() },
      prefix: try optional { reader throws(MalformedRecord) in try reader.text() },
      declared: try optional { reader throws(MalformedRecord) in try reader.declared() },
      evidence: try list { reader throws(MalformedRecord) in try reader.evidence() },
      alternatives: try list { reader throws(MalformedRecord) in try reader.text() })
  }

  private mutating func estimate() throws(MalformedRecord) -> Estimate? {
    try optional { reader throws(MalformedRecord) in
      Estimate(value: try reader.double(), low: try reader.double(), high: try reader.double())
    }
  }

  private mutating func declared() throws(MalformedRecord) -> Limiter.Declared {
    Limiter.Declared(
      limit: try optional { reader throws(MalformedRecord) in try reader.double() },
      window: try optional { reader throws(MalformedRecord) in try reader.double() },
      agrees: try optional { reader throws(MalformedRecord) in try reader.flag() })
  }

  private mutating func evidence() throws(MalformedRecord) -> Evidence {
    Evidence(
      contrast: try text(), cell: try text(), relation: try word(Evidence.Relation.self), limited: try count(),
      sent: try count(), control: try text(), posterior: try double())
  }
}
