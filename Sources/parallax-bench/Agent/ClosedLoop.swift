internal import Foundation
internal import ParallaxModel
internal import ParallaxWire

/// 32 connections, each asking as soon as it was answered.
struct ClosedLoop {
  static let connections = 32

  /// Requests per second and CPU microseconds per request of one tool, round by round.
  struct Series {
    var name: String
    var rates: [Double] = []
    var costs: [Double] = []
  }

  private(set) var series: [Series] = []

  /// The tools take turns, so that whatever else the machine does meets all of them.
  init(target: BenchTarget, agent: [String], peers: Peers, seconds: Int, rounds: Int) throws {
    for round in 0..<rounds {
      target.emptyLog()
      try note("parallax") { try Self.agent(target, agent, seconds: seconds) }
      try note("wrk") { try peers.wrk(target, connections: Self.connections, seconds: seconds) }
      try note("hey") { try peers.hey(target, connections: Self.connections, seconds: seconds) }
      try note("k6") { try peers.k6(target, connections: Self.connections, seconds: seconds) }
      if round == 0 {
        try note("locust") { try peers.locust(target, connections: Self.connections, seconds: seconds) }
      }
    }
  }

  func rate(_ name: String) -> Double? { series.first { $0.name == name }?.rates.quantile(0.5) }
  func cost(_ name: String) -> Double? { series.first { $0.name == name }?.costs.quantile(0.5) }

  /// The agent's share of a peer's rate, round by round, and of these the median.
  func ratio(to peer: String) -> Double? {
    guard let own = series.first(where: { $0.name == "parallax" }), let other = series.first(where: { $0.name == peer })
    else { return nil }
    return zip(own.rates, other.rates).map { $0 / $1 }.quantile(0.5)
  }

  var table: TextTable {
    var table = TextTable(
      title: "Closed loop, \(Self.connections) connections (median of the rounds; least to most)",
      header: ["tool", "requests/s", "range", "parallax/it", "CPU us/request"])
    for one in series {
      table.rows.append([
        one.name, (one.rates.quantile(0.5) ?? 0).digits(0),
        "\((one.rates.min() ?? 0).digits(0)) to \((one.rates.max() ?? 0).digits(0))",
        ratio(to: one.name).map { $0.digits(2) } ?? "-", (one.costs.quantile(0.5) ?? 0).digits(1),
      ])
    }
    return table
  }

  private mutating func note(_ name: String, _ measure: () throws -> Peers.Result) throws {
    let result = try measure()
    if !series.contains(where: { $0.name == name }) { series.append(Series(name: name)) }
    guard let index = series.firstIndex(where: { $0.name == name }) else { return }
    series[index].rates.append(result.rate)
    series[index].costs.append(result.cost)
  }

  private static func agent(_ target: BenchTarget, _ command: [String], seconds: Int) throws -> Peers.Result {
    let agent = try AgentDriver(command)
    defer { agent.end() }
    try agent.prepare(target.plan(), key: target.key)
    agent.granted = 1_000_000
    // How many that are in so many seconds, a short run says.
    var requests = 10_000
    var elapsed = 0.0
    var batch: AgentDriver.Batch?
    for _ in 0..<2 {
      let began = ProcessCost.now()
      let count = requests
      batch = try agent.run(
        seconds: 120,
        [
          {
            .flight(FlightOrder(batch: $0, stage: .exhaust, cells: [0], inFlight: connections, requests: count))
          }
        ]
      ).first
      elapsed = Double(ProcessCost.now() - began) / 1e9
      requests = min(900_000, Int(Double(count) / elapsed * Double(seconds)))
    }
    guard let batch else { throw BenchFailure("the agent did not end") }
    let records = try batch.records()
    // The agent's own ceiling ends the loop where it is faster than that; what it did until then is its rate.
    let sent = records.filter { $0.refusal == nil }
    if let refusal = records.first(where: { $0.refusal != nil && $0.refusal != .rate })?.refusal {
      throw BenchFailure("the agent refused to send after \(batch.done.sent) requests: \(refusal)")
    }
    guard sent.count == batch.done.sent, sent.allSatisfy({ $0.answer.status == 200 && $0.answer.body.count == 12 })
    else { throw BenchFailure("the agent's records are not complete") }
    let count = Double(batch.done.sent)
    return Peers.Result(requests: count, rate: count / elapsed, cost: batch.processor / count * 1e6)
  }
}
