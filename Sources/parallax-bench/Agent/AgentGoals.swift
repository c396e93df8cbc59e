extension ClosedLoop {
  var goals: [Goal] {
    [
      atLeast("requests/s, share of wrk's", ratio(to: "wrk"), 0.8),
      atLeast("requests/s, times hey's", ratio(to: "hey"), 2),
      atLeast("requests/s, times k6's", ratio(to: "k6"), 3),
      atMost("CPU per request, share of hey's", ratioOfCosts("hey"), 1),
      atMost("CPU per request, share of k6's", ratioOfCosts("k6"), 1),
    ]
  }

  private func ratioOfCosts(_ peer: String) -> Double? {
    guard let own = cost("parallax"), let other = cost(peer), other > 0 else { return nil }
    return own / other
  }
}

extension OpenLoop {
  var goals: [Goal] {
    rows.flatMap { row in
      [
        atMost("sent late at \(row.rate)/s, ms, p50", row.own.at(0.5), 0.15),
        atMost("sent late at \(row.rate)/s, share of k6's p99", row.wire.at(0.99) / row.k6.at(0.99), 0.5),
        atLeast("rate at \(row.rate)/s, share of the plan", row.achieved / Double(row.rate), 0.999),
      ]
    }
  }
}
