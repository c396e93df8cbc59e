internal import ParallaxModel
internal import ParallaxPacing

extension SimulatedWorld {
  /// While it climbs, an agent waits longer for an answer than in a schedule: there is nothing to hurry for.
  static let rampPatience = 1.5
  /// Seconds that an agent takes from the end of the loop to the first request of the follow-up.
  static let turnaround = 0.002

  /// One agent's loop: the ramp decides on what has come back so far, and the requests on their way change nothing
  /// until they arrive.
  mutating func perform(_ specification: RampSpecification) -> Report {
    let vantage = design.cells[specification.cell].vantage
    let clockError = paths[vantage].clockError
    var ramp = Ramp(specification)
    var samples: [Sample] = []
    var time = now + paths[vantage].handOver(&random)
    var lastSent: Double?
    while !ramp.isFinished {
      let gap = ramp.gap()
      let next = lastSent.map { max(time, $0 + gap) } ?? (gap == .infinity ? gap : time)
      if next < .infinity, next <= flight.nextTime {
        time = next
        lastSent = next
        ramp.noteSent(at: next - clockError)
        send(specification.cell, at: next, patience: Self.rampPatience)
      } else if flight.nextTime < .infinity {
        time = max(time, flight.nextTime)
        guard let sample = takeEvent() else { continue }
        samples.append(sample)
        ramp.received(sent: sample.sent, latency: sample.latency, reading: sample.reading)
        if sample.reading == .void(.notSent) { break }
      } else {
        break
      }
    }
    for item in ramp.followUp() {
      send(item.cell, at: time + Self.turnaround + item.offset, patience: Self.schedulePatience)
    }
    while flight.nextTime < .infinity {
      time = max(time, flight.nextTime)
      if let sample = takeEvent() { samples.append(sample) }
    }
    now = time + paths[vantage].handOver(&random)
    return report(samples, ramp: ramp.outcome)
  }
}
