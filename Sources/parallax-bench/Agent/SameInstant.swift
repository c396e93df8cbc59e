internal import Foundation
internal import ParallaxFleet
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxWire

/// Agents on three hosts of the lab, over SSH, asked to send at one instant of the controller's clock.
///
/// The lab's hosts share the kernel, and so the clock: the true offset is zero, which the estimate does not know.
struct SameInstant {
  private static let rounds = 60

  let goals: [Goal]

  init(target: BenchTarget, agent command: [String]) throws {
    let agents = try target.lab.hosts.prefix(3).map { host in
      let agent = try AgentDriver([
        "/usr/bin/ssh", "-F", "/dev/null", "-i", target.lab.files.identity, "-p", "\(host.port)", "-o", "BatchMode=yes",
        "-o", "UserKnownHostsFile=\(target.lab.files.knownHosts)", "\(target.lab.user)@\(host.address)",
        "exec \(command[0])",
      ])
      try agent.prepare(target.plan(rate: 50), key: target.key)
      agent.granted = 10_000
      return agent
    }
    defer { for agent in agents { agent.end() } }
    var spreads: [Double] = []
    var contained = 0
    for _ in 0..<Self.rounds {
      var clocks: [ClockEstimate] = []
      for agent in agents {
        var best = try agent.clock()
        for _ in 0..<7 { best.refine(with: try agent.clock()) }
        clocks.append(best)
      }
      let instant = ProcessCost.now() + 40_000_000
      contained += clocks.count { abs($0.offset) <= $0.bound(at: instant) }
      for (agent, clock) in zip(agents, clocks) {
        try agent.order {
          .schedule(
            ScheduleOrder(
              batch: $0, stage: .probe, items: [ScheduleOrder.Item(at: clock.agentTime(instant), cell: 0)],
              lead: 20_000_000))
        }
      }
      var sent: [Int64] = []
      for agent in agents { sent += try agent.take(seconds: 10).records().map(\.timings.sent) }
      guard sent.count == agents.count, let first = sent.min(), let last = sent.max() else {
        throw BenchFailure("an agent did not send")
      }
      spreads.append(Double(last - first) / 1e6)
    }
    let share = Double(contained) / Double(Self.rounds * agents.count)
    print(
      "Same instant on \(agents.count) hosts, \(Self.rounds) times: apart by "
        + "\((spreads.quantile(0.5) ?? 0).digits(3)) ms at the median, \((spreads.quantile(0.95) ?? 0).digits(3)) at 95 %; "
        + "the clock's bound held in \(share.percent)\n")
    goals = [
      atMost("same instant, spread, ms, p95", spreads.quantile(0.95), 2),
      atLeast("same instant, share of bounds that hold", share, 0.99),
    ]
  }
}
