internal import Foundation
internal import ParallaxLab

/// How long it takes from the user's interrupt to the end of each agent, of many that are connected. What the agent does
/// between the word and its end counts too, so the word itself came sooner.
struct AbortTime {
  let goals: [Goal]

  init(_ tools: FleetTools, hosts: Int) throws {
    let inventory = try tools.inventory(hosts)
    let plan = try String(contentsOfFile: tools.lab.files.plan, encoding: .utf8)
      .replacing(/requests: [0-9]+/, with: "requests: 100000").replacing(/rate: [0-9.]+\/s/, with: "rate: 50/s")
    let endless = try tools.write(plan, "endless.yaml")
    _ = try tools.measure(tools.parallax, ["deploy", "--hosts", inventory])
    var times: [Double] = []
    for _ in 0..<tools.rounds {
      let before = try Self.requests(tools.lab)
      let spawn = Spawn(
        tools.parallax, ["run", "--yes", "--quiet", "--hosts", inventory, endless], environment: try tools.environment()
      )
      let controller = try spawn.start()
      // Well into the climb: every vantage has been asked once.
      let deadline = ProcessCost.now() + 60_000_000_000
      while try Self.requests(tools.lab) < before + hosts + 30 {
        guard ProcessCost.now() < deadline, Child.collect(controller) == nil else {
          throw BenchFailure("the run that was to be aborted sent nothing")
        }
        usleep(10_000)
      }
      var agents = Self.agents(under: tools.lab.directory)
      guard agents.count == hosts else { throw BenchFailure("\(agents.count) agents run, not \(hosts)") }
      let start = ProcessCost.now()
      kill(controller, SIGINT)
      while !agents.isEmpty, ProcessCost.now() < start + 20_000_000_000 {
        let alive = agents.filter { kill($0, 0) == 0 }
        let now = Double(ProcessCost.now() - start) / 1e9
        times += Array(repeating: now, count: agents.count - alive.count)
        agents = alive
        usleep(2000)
      }
      times += Array(repeating: 20, count: agents.count)
      _ = Child.wait(controller)
    }
    times.sort()
    let p99 = times[min(times.count - 1, Int((Double(times.count) * 0.99).rounded(.up)) - 1)]
    print(
      "Abort of \(hosts) agents, \(tools.rounds) times: the median is gone after \(times[times.count / 2].digits(3)) s, "
        + "99 of 100 after \(p99.digits(3)) s, the last after \((times.last ?? 0).digits(3)) s\n")
    goals = [atMost("abort reaches \(hosts) agents, s, p99", p99, 1)]
  }

  private static func requests(_ lab: LabDescription) throws -> Int {
    try Data(contentsOf: URL(fileURLWithPath: lab.files.accessLog)).count { $0 == 10 }
  }

  private static func agents(under directory: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { pid in
      let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
      return program.hasPrefix(directory) && program.contains("/agent-")
    }
  }
}
