internal import ParallaxModel
internal import ParallaxSignals

/// All that a run has seen, and what it means to the experiment. Without I/O, so that a run can be told again.
struct ObservationBook: Sendable {
  let design: Design
  /// Seconds since 1970 at the zero of the observations' clock.
  let clockOrigin: Double
  private(set) var roundTrips: RoundTrips
  private(set) var observations: [Observation] = []
  /// Requests that left.
  private(set) var sent = 0

  init(design: Design, clockOrigin: Double) {
    self.design = design
    self.clockOrigin = clockOrigin
    roundTrips = RoundTrips(vantages: design.vantages.count)
  }

  /// Writes them down in the order given; returns them with their numbers.
  mutating func append(_ fresh: [Observation]) -> [Observation] {
    var fresh = fresh
    for index in fresh.indices { fresh[index].id = observations.count + index }
    observations += fresh
    sent += fresh.count { $0.answer.failure != .notSent }
    return fresh
  }

  /// What the observations of one directive are to the experiment. Call it once for each directive, in order: latencies
  /// are learned from it.
  mutating func samples(of range: Range<Int>) -> [Sample] {
    let fresh = observations[range]
    for observation in fresh { roundTrips.learn(observation, vantage: design.cells[observation.cell].vantage) }
    return fresh.map(sample).sorted { ($0.time, $0.cell) < ($1.time, $1.cell) }
  }

  private func sample(_ observation: Observation) -> Sample {
    Sample(
      cell: observation.cell,
      time: observation.sent + roundTrips.half(of: design.cells[observation.cell].vantage) / 1e9,
      sent: observation.sent, lateness: max(0, observation.sent - observation.planned),
      latency: observation.end - observation.sent, bound: observation.clockBound,
      reading: observation.reading,
      signals: CauseSignal.read(
        observation.answer, reading: observation.reading, dimensions: design.dimensions,
        now: clockOrigin + observation.end))
  }
}
