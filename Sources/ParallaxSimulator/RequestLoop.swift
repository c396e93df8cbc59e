public import ParallaxModel

extension SimulatedWorld {
  /// What people do by hand: one client that keeps `atOnce` requests going, at least `gap` seconds apart, until so
  /// many denials follow one another. Baselines are made of it; the experiment has better.
  public mutating func loop(
    cell: Int, atOnce: Int = 1, gap: Double = 0.02, untilDenied denials: Int = 1, maxRequests: Int = 1500
  ) -> Report {
    let vantage = design.cells[cell].vantage
    var samples: [Sample] = []
    var time = now + paths[vantage].handOver(&random)
    var lastSent = -Double.infinity
    var waiting = 0
    var sent = 0
    var row = 0
    while true {
      let maySend = row < denials && sent < maxRequests && stopReason == nil && waiting < atOnce
      let next = max(time, lastSent + gap)
      if maySend, next <= flight.nextTime {
        time = next
        lastSent = next
        sent += 1
        waiting += 1
        send(cell, at: next, patience: Self.rampPatience)
      } else if flight.nextTime < .infinity {
        time = max(time, flight.nextTime)
        guard let sample = takeEvent() else { continue }
        waiting -= 1
        samples.append(sample)
        if case .limited = sample.reading { row += 1 } else { row = 0 }
      } else {
        break
      }
    }
    now = time + paths[vantage].handOver(&random)
    return report(samples)
  }
}
