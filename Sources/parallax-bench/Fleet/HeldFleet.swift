internal import Foundation
internal import ParallaxLab

/// What a controller with an agent on each of many hosts takes, and how long the user's word to abort needs: to each agent,
/// by the agent's clock, and to the end of its process.
struct HeldFleet {
  private let hosts: Int
  private var megabytes = 0.0
  /// Seconds from the word to its arrival, of every agent of every round; infinite where none was told.
  private var arrivals: [Double] = []
  /// Seconds from the word to the end of the process.
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
      let heard = Self.text(output.reader).split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
      arrivals += heard.map { Double($0 - start) / 1e9 }
      arrivals += Array(repeating: .infinity, count: hosts - heard.count)
      _ = Child.wait(controller)
      close(output.reader)
    }
    arrivals.sort()
    endings.sort()
    print(
      "A controller with \(hosts) agents: at most \(megabytes.digits(0)) MB resident. The word to abort comes to "
        + Self.spread(arrivals) + ". After it agents are gone: " + Self.spread(endings) + "\n")
  }

  private static func spread(_ sorted: [Double]) -> String {
    "the median agent in \(sorted[sorted.count / 2].digits(3)) s, 99 of 100 in \(p99(sorted).digits(3)) s, the last in "
      + "\((sorted.last ?? 0).digits(3)) s"
  }

  private static func p99(_ sorted: [Double]) -> Double { sorted[Int((Double(sorted.count) * 0.99).rounded(.up)) - 1] }

  /// All that comes until the far end closes.
  private static func text(_ descriptor: Int32) -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  var goals: [Goal] {
    [
      atMost("controller with \(hosts) hosts, MB resident", megabytes, 100),
      atMost("abort comes to \(hosts) agents, s, p99", Self.p99(arrivals), 1),
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
