internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxWire
internal import Synchronization

/// A hundred thousand requests while the server and the lease misbehave: the server must never see more than was granted.
struct Faults {
  private static let granted = 100_000
  private static let ordered = 120_000

  let goals: [Goal]

  init(target: BenchTarget, agent command: [String]) throws {
    target.emptyLog()
    guard
      let server = try Lab.status(directory: target.lab.directory).processes.first(where: { $0.role == "nginx" })?.pid
    else { throw BenchFailure("nginx does not run") }
    let agent = try AgentDriver(command)
    defer { agent.end() }
    try agent.prepare(
      target.plan(timeout: 1, budget: Budget(requests: Self.granted, rate: 50_000, duration: 600)), key: target.key)
    agent.granted = Self.granted + 50_000
    let capture = try WireCapture(port: target.lab.target.port, directory: target.lab.directory)
    let mischief = Mischief(server: server)
    var done: [BatchDone] = []
    // Leases that lapse now and then: short ones, renewed late.
    for part in 0..<24 {
      agent.leaseLife = part % 4 == 3 ? 60 : 6000
      done += try agent.pace(rate: 4000, seconds: Double(Self.ordered) / 24 / 4000, lead: 0.05).map(\.done)
    }
    mischief.stop()
    let seen = try capture.stop().count
    let logged = try target.logged()
    let sent = done.map(\.sent).reduce(0, +)
    let refused = done.map(\.refused).reduce(0, +)
    print(
      "Faults: \(sent) requests sent and \(refused) refused of \(Self.ordered) ordered, \(Self.granted) allowed; "
        + "the wire saw \(seen), the server answered \(logged); "
        + "\(mischief.count) reloads, killed workers and stops of the server\n")
    guard sent + refused == Self.ordered, mischief.count > 5 else { throw BenchFailure("the faults did not happen") }
    goals = [
      atMost("requests beyond the budget, by the wire", Double(max(0, seen - Self.granted)), 0),
      atMost("requests beyond the budget, by the server", Double(max(0, logged - Self.granted)), 0),
      atLeast("requests with faults", Double(sent), 100_000),
    ]
  }
}

/// Reloads nginx, kills its workers and stops them for a while, in turn.
private final class Mischief: Sendable {
  private let shared = Shared()

  private final class Shared: Sendable {
    private let state = Mutex((isOver: false, events: 0))

    var goesOn: Bool { state.withLock { !$0.isOver } }
    var count: Int { state.withLock { $0.events } }
    func note() { state.withLock { $0.events += 1 } }
    func end() { state.withLock { $0.isOver = true } }
  }

  var count: Int { shared.count }

  init(server: Int32) {
    let shared = shared
    let thread = Thread {
      var turn = 0
      while shared.goesOn {
        usleep(700_000)
        let workers = Self.children(of: server)
        switch turn % 3 {
        case 0: kill(server, SIGHUP)
        case 1: workers.first.map { _ = kill($0, SIGKILL) }
        default:
          for worker in workers { kill(worker, SIGSTOP) }
          usleep(300_000)
          for worker in workers { kill(worker, SIGCONT) }
        }
        turn += 1
        shared.note()
      }
    }
    thread.start()
  }

  func stop() { shared.end() }

  private static func children(of pid: Int32) -> [Int32] {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }
}
