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
  private let servers: [Int32]

  init(_ lab: LabDescription) throws {
    servers = try Lab.status(directory: lab.directory).processes.filter { $0.role.hasPrefix("sshd ") }.compactMap(\.pid)
  }

  /// Runs something and tells its work once the servers have let its sessions go.
  func measure(_ run: () throws -> TimedProcess) rethrows -> Work {
    let before = processor
    let process = try run()
    let limit = ProcessCost.now() + 3_000_000_000
    while servers.contains(where: Self.hasChildren), ProcessCost.now() < limit { usleep(5000) }
    return Work(seconds: process.seconds, controller: process.processor, hosts: processor - before)
  }

  /// User and system time of the servers and of all their children that have ended, seconds (proc(5), fields 14 to 17).
  private var processor: Double {
    let ticks = servers.map { pid -> Double in
      let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
      guard let end = text.lastIndex(of: ")") else { return 0 }
      return text[end...].split(separator: " ").dropFirst(12).prefix(4).compactMap { Double($0) }.sum
    }
    return ticks.sum / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func hasChildren(_ pid: Int32) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
    return !text.allSatisfy(\.isWhitespace)
  }
}
