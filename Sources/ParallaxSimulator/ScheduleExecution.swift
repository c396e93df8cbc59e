internal import ParallaxModel

extension SimulatedWorld {
  /// A lost answer is waited for half a second or three round trips, longer where answers took longer.
  static let schedulePatience = 0.5

  /// Pre-armed agents: the control latency is paid once, then every request leaves so that it should arrive on time,
  /// and what arrives first is served first, whoever sent it.
  mutating func perform(_ schedule: Schedule) -> Report {
    guard !schedule.items.isEmpty else { return report([]) }
    let vantages = Set(schedule.items.map { design.cells[$0.cell].vantage }).sorted()
    let arming = vantages.map { paths[$0].handOver(&random) }.max()!
    let farthest = vantages.map { paths[$0].roundTrip }.max()!
    let start = now + arming + farthest
    for item in schedule.items {
      let path = paths[design.cells[item.cell].vantage]
      let time = start + item.offset - path.roundTrip / 2 + path.clockError
      send(item.cell, at: time, patience: max(Self.schedulePatience, 3 * path.roundTrip))
    }
    var samples: [Sample] = []
    samples.reserveCapacity(schedule.items.count)
    var end = start
    while flight.nextTime < .infinity {
      end = max(end, flight.nextTime)
      if let sample = takeEvent() { samples.append(sample) }
    }
    now = end + vantages.map { paths[$0].handOver(&random) }.max()!
    return report(samples)
  }
}
