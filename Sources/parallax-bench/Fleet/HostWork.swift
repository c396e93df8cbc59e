internal import Foundation
internal import ParallaxLab

/// Processor time of a process that reaches hosts, and of all that runs on the hosts for it. On a machine that is hosts and
/// controller in one, wall time is at least their sum shared among its processors, whoever is the faster.
struct Work {
  /// Wall seconds.
  var seconds: Double
  /// Processor seconds here, children included.
  var controller: Double
  /// Processor seconds of the hosts' SSH servers and of what they started.
  var hosts: Double

  var processor: Double { controller + hosts }

  static let none = Work(seconds: .infinity, controller: .infinity, hosts: .infinity)

  /// The least of both, each on its own: what disturbs one does not make the other better.
  func best(_ other: Work) -> Work {
    Work(
      seconds: min(seconds, other.seconds), controller: min(controller, other.controller),
      hosts: min(hosts, other.hosts))
  }
}

/// What the SSH servers of a lab have cost so far.
struct HostWork {
  private let servers: Set<Int32>

  init(_ lab: LabDescription) throws {
    servers = Set(
      try Lab.status(directory: lab.directory).processes.filter { $0.role.hasPrefix("sshd ") }.compactMap(\.pid))
  }

  /// Runs something and tells its work once the servers have let its sessions go.
  func measure(_ run: () throws -> TimedProcess) rethrows -> Work {
    let before = processor
    let process = try run()
    let limit = ProcessCost.now() + 3_000_000_000
    while isServing, ProcessCost.now() < limit { usleep(5000) }
    return Work(seconds: process.seconds, controller: process.processor, hosts: processor - before)
  }

  /// User and system time of the servers and of all their children that have ended, seconds (proc(5), fields 14 to 17).
  private var processor: Double {
    let ticks = servers.map { pid in
      Self.fields("/proc/\(pid)/stat").dropFirst(11).prefix(4).compactMap { Double($0) }.sum
    }
    return ticks.sum / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Whether any process on the machine is a child of one of the servers (proc(5), field 4).
  private var isServing: Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { name in
      guard Int32(name) != nil, let parent = Self.fields("/proc/\(name)/stat").dropFirst().first else { return false }
      return Int32(parent).map(servers.contains) ?? false
    }
  }

  /// The fields of a stat file after the command's name, from field 3 on; none where the process has ended.
  private static func fields(_ path: String) -> [Substring] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    guard let end = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: end)...].split(separator: " ")
  }
}
