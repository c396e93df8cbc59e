internal import ParallaxLimiters
internal import ParallaxModel

/// One request on its way.
struct InFlight: Sendable {
  var cell: Int
  var vantage: Int
  /// True time of sending.
  var sent: Double
  /// Seconds that its agent waits for the answer, unless other answers take longer.
  var patience: Double
}

enum FlightEvent: Sendable {
  case arrives(InFlight)
  case ends(InFlight, Reading, at: Double)
}

extension SimulatedWorld {
  /// Sends one request at a true time. Requests may be handed over in any order, but none before an event that was
  /// already taken.
  mutating func send(_ cell: Int, at time: Double, patience: Double) {
    let vantage = design.cells[cell].vantage
    let request = InFlight(cell: cell, vantage: vantage, sent: time, patience: patience)
    guard requestsSent < budget.requests, time < paths[vantage].lostAt, time - began < budget.duration else {
      flight.add(.ends(request, .void(.notSent), at: time), at: time)
      return
    }
    requestsSent += 1
    let way = paths[vantage].wayThere(&random)
    if random.chance(lossRate / 2) {
      giveUp(request)
    } else {
      flight.add(.arrives(request), at: time + way)
    }
  }

  /// Goes on to the next event; the sample is there when that was an answer, or the end of waiting for one.
  mutating func takeEvent() -> Sample? {
    guard let (time, event) = flight.popFirst() else { return nil }
    switch event {
    case .arrives(let request):
      arrive(request, at: time)
      return nil
    case .ends(let request, let reading, let end):
      return sample(request, reading, end: end)
    }
  }

  private mutating func arrive(_ request: InFlight, at time: Double) {
    let response = server.receive(layout.identities[request.cell], at: time)
    let back = time + response.duration + paths[request.vantage].wayBack(&random)
    guard !random.chance(lossRate / 2) else { return giveUp(request) }
    let reading: Reading
    switch response.result {
    case .served: reading = .passed
    case .broken: reading = .void(.serverError)
    case .denied(let signature):
      switch signature.effect {
      case .answer, .delay: reading = .limited(signature)
      case .reset: reading = .void(.reset)
      case .silence: return giveUp(request)
      }
    }
    let latency = back - request.sent
    let isInTime = latency <= patience(for: request)
    // An answer that comes too late teaches patience too.
    longestLatency[request.vantage] = max(min(latency, timeout), 0.9 * longestLatency[request.vantage])
    guard isInTime else { return giveUp(request) }
    flight.add(.ends(request, reading, at: back), at: back)
  }

  /// A queue grows: three times the longest latency of late is still worth waiting for.
  private func patience(for request: InFlight) -> Double {
    min(timeout, max(request.patience, 3 * longestLatency[request.vantage]))
  }

  private mutating func giveUp(_ request: InFlight) {
    let end = request.sent + patience(for: request)
    flight.add(.ends(request, .void(.silence), at: end), at: end)
  }

  /// What the agent reports: its own clock, corrected by what the controller believes of it.
  private func sample(_ request: InFlight, _ reading: Reading, end: Double) -> Sample {
    let path = paths[request.vantage]
    let sent = request.sent - path.clockError
    return Sample(
      cell: request.cell, time: sent + path.roundTrip / 2, sent: sent, latency: end - request.sent,
      bound: path.bound, reading: reading)
  }
}
