internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxWire

/// Requests at instants that were fixed beforehand, whatever the answers do.
struct OpenLoop {
  struct Row {
    var rate: Int
    /// What the agent itself says: planned and sent.
    var own: Lateness
    /// The same requests on the wire.
    var wire: Lateness
    var achieved: Double
    var k6: Lateness
    var k6Achieved: Double
    var k6Dropped: Double
    var bare: Lateness
  }

  private(set) var rows: [Row] = []

  init(target: BenchTarget, agent: [String], peers: Peers, rates: [Int], seconds: Int) throws {
    for rate in rates {
      target.emptyLog()
      let (own, wire) = try Self.agent(target, agent, rate: rate, seconds: Double(seconds))
      let capture = try WireCapture(port: target.lab.target.port, directory: target.lab.directory)
      let k6 = try peers.k6(target, rate: rate, seconds: seconds)
      let times = try capture.stop()
      rows.append(
        Row(
          rate: rate, own: own, wire: Lateness(times: wire, rate: Double(rate)), achieved: Self.achieved(wire),
          k6: Lateness(times: times, rate: Double(rate)), k6Achieved: Self.achieved(times), k6Dropped: k6.dropped,
          bare: BareTimer.lateness(rate: rate, seconds: Double(seconds))))
    }
  }

  var table: TextTable {
    var table = TextTable(
      title: "Open loop: how late requests leave, ms (p50 / p99 / p99.9)",
      header: ["rate", "agent's records", "agent, wire", "k6, wire", "bare timer", "agent/s", "k6/s", "k6 dropped"])
    func cell(_ lateness: Lateness) -> String {
      [0.5, 0.99, 0.999].map { lateness.at($0).digits(3) }.joined(separator: " / ")
    }
    for row in rows {
      table.rows.append([
        "\(row.rate)", cell(row.own), cell(row.wire), cell(row.k6), cell(row.bare), row.achieved.digits(1),
        row.k6Achieved.digits(1), row.k6Dropped.digits(0),
      ])
    }
    return table
  }

  private static func achieved(_ times: [Double]) -> Double {
    guard let first = times.first, let last = times.last, last > first else { return 0 }
    return Double(times.count - 1) / (last - first)
  }

  private static func agent(
    _ target: BenchTarget, _ command: [String], rate: Int, seconds: Double
  ) throws -> (own: Lateness, wire: [Double]) {
    let agent = try AgentDriver(command)
    defer { agent.end() }
    try agent.prepare(target.plan(), key: target.key)
    agent.granted = 1_000_000
    let capture = try WireCapture(port: target.lab.target.port, directory: target.lab.directory)
    let batches = try agent.pace(rate: rate, seconds: seconds)
    let times = try capture.stop()
    let records = try batches.flatMap { try $0.records() }
    // What it refused (a server that stands still fills its connections) is missing from the rate.
    let late = records.filter { $0.refusal == nil }.map { Double($0.timings.sent - $0.timings.planned) / 1e6 }
    return (Lateness(milliseconds: late), times)
  }
}

extension AgentDriver {
  /// An open loop; long ones in orders of at most 50,000 requests, all given before the first is due.
  func pace(rate: Int, seconds: Double, lead: Double = 0.3) throws -> [Batch] {
    let gap = 1e9 / Double(rate)
    let total = Int(seconds * Double(rate))
    let start = ProcessCost.now() + Int64(lead * 1e9)
    let orders = stride(from: 0, to: total, by: 50_000).map { first in
      { (batch: Int) -> ControllerMessage in
        .schedule(
          ScheduleOrder(
            batch: batch, stage: .probe,
            items: (first..<min(total, first + 50_000)).map {
              ScheduleOrder.Item(at: start + Int64(Double($0) * gap), cell: 0)
            }, lead: 20_000_000))
      }
    }
    return try run(seconds: seconds + 30, orders)
  }
}
