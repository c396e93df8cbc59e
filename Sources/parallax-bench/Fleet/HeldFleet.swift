internal import Foundation
internal import ParallaxLab

/// What a controller with an agent on each of many hosts takes, and how long it needs from the user's word to the end of
/// every agent. What an agent does between the word and its end counts too, so the word itself came sooner.
struct HeldFleet {
  private let hosts: Int
  private var megabytes = 0.0
  /// Seconds, of every agent of every round.
  private var endings: [Double] = []

  init(_ tools: FleetTools, hosts: Int) throws {
    self.hosts = hosts
    let inventory = try tools.inventory(hosts)
    for _ in 0..<tools.rounds {
      let input = try ParallaxLab.Pipe.make()
      let output = try ParallaxLab.Pipe.make()
      var spawn = Spawn(
        tools.bench, ["fleet-holder", "--hosts", inventory, "--agent", tools.agent],
        environment: try tools.environment())
      spawn.standardInput = input.reader
      spawn.standardOutput = output.writer
      let controller = try spawn.start()
      close(input.reader)
      close(output.writer)
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = max(0, read(output.reader, &buffer, buffer.count))
      let said = String(decoding: buffer[..<count], as: UTF8.self)
      var agents = Self.agents(under: tools.lab.directory)
      guard said == "ready \(hosts)\n", agents.count == hosts else {
        kill(controller, SIGKILL)
        throw BenchFailure("\(agents.count) agents run, not \(hosts): \(said)")
      }
      megabytes = max(megabytes, ProcessCost.most(of: controller))
      let start = ProcessCost.now()
      close(input.writer)
      while !agents.isEmpty, ProcessCost.now() < start + 20_000_000_000 {
        let alive = agents.filter { kill($0, 0) == 0 }
        let now = Double(ProcessCost.now() - start) / 1e9
        endings += Array(repeating: now, count: agents.count - alive.count)
        agents = alive
        usleep(2000)
      }
      endings += Array(repeating: 20, count: agents.count)
      _ = Child.wait(controller)
      close(output.reader)
    }
    endings.sort()
    print(
      "A controller with \(hosts) agents: at most \(megabytes.digits(0)) MB resident. After the word to abort the median "
        + "agent is gone in \(endings[endings.count / 2].digits(3)) s, 99 of 100 in \(p99.digits(3)) s, the last in "
        + "\((endings.last ?? 0).digits(3)) s\n")
  }

  private var p99: Double { endings[Int((Double(endings.count) * 0.99).rounded(.up)) - 1] }

  var goals: [Goal] {
    [
      atMost("controller with \(hosts) hosts, MB resident", megabytes, 100),
      atMost("abort ends \(hosts) agents, s, p99", p99, 1),
    ]
  }

  private static func agents(under directory: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { pid in
      let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
      return program.hasPrefix(directory) && program.contains("/agent-")
    }
  }
}
