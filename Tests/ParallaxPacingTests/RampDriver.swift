internal import ParallaxModel
internal import ParallaxPacing

/// Drives a ramp against a bucket on a virtual clock, with every answer one round trip after its request.
struct RampDriver {
  /// What the bucket answers to a request that arrives at a time.
  typealias Bucket = (Double) -> (reading: Reading, extraLatency: Double)

  var ramp: Ramp
  var roundTrip: Double
  private(set) var sent: [Double] = []

  init(_ specification: RampSpecification, roundTrip: Double) {
    ramp = Ramp(specification)
    self.roundTrip = roundTrip
  }

  mutating func run(_ bucket: Bucket) {
    var now = 0.0
    var last = -Double.infinity
    var inFlight: [(end: Double, sent: Double, reading: Reading)] = []
    while !ramp.isFinished {
      let send = max(now, last + ramp.gap())
      if let next = inFlight.min(by: { $0.end < $1.end }), next.end <= send {
        now = next.end
        inFlight.removeAll { $0.sent == next.sent }
        ramp.received(sent: next.sent, latency: next.end - next.sent, reading: next.reading)
        continue
      }
      guard send.isFinite else { return }
      now = send
      last = send
      sent.append(send)
      ramp.noteSent(at: send)
      let answer = bucket(send + roundTrip / 2)
      inFlight.append((send + roundTrip + answer.extraLatency, send, answer.reading))
    }
  }
}

extension RampSpecification {
  /// A specification as an experiment would make it, with the given parts changed.
  static func usual(
    maxRequests: Int = 500, rateCap: Double = 50, roundTrip: Double = 0.02, pace: Double? = nil,
    deadline: Double = 600, followUp: [Int] = [2, 3]
  ) -> RampSpecification {
    RampSpecification(
      stage: .exhaust, cell: 0, maxRequests: maxRequests, rateCap: rateCap, roundTrip: roundTrip, confirmGap: 0.3,
      pace: pace, deadline: deadline, delayThreshold: roundTrip + 0.15, followUp: followUp)
  }
}
