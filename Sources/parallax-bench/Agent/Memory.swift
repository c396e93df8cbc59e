internal import Foundation
internal import ParallaxModel
internal import ParallaxWire
internal import Synchronization

/// Resident memory at 5,000 requests per second.
struct Memory {
  let goals: [Goal]

  init(target: BenchTarget, agent command: [String], seconds: Int) throws {
    target.emptyLog()
    let agent = try AgentDriver(command)
    defer { agent.end() }
    try agent.prepare(target.plan(rate: 5000), key: target.key)
    agent.granted = 1_000_000
    let sampler = MemorySampler(pid: agent.pid)
    let batches = try agent.pace(rate: 5000, seconds: Double(seconds), lead: 1)
    let samples = sampler.stop()
    let refused = batches.map(\.done.refused).reduce(0, +)
    guard refused == 0, samples.count > 5 else { throw BenchFailure("the agent refused \(refused) requests") }
    // The first third may fill caches and buffers; from then on it has to be flat.
    let early = samples[samples.count / 3]
    print(
      "Memory at 5,000 requests/s for \(seconds) s: most \((samples.max() ?? 0).digits(1)) MB resident, "
        + "\(early.digits(1)) after a third, \((samples.last ?? 0).digits(1)) at the end\n")
    goals = [
      atMost("memory at 5,000/s, MB resident", samples.max(), 40),
      atMost("memory at 5,000/s, MB gained after a third", (samples.last ?? 0) - early, 1),
    ]
  }
}

/// Looks at a process's resident memory ten times a second, in a thread of its own.
private final class MemorySampler: Sendable {
  private let state = Shared()

  private final class Shared: Sendable {
    private let state = Mutex((samples: [Double](), isOver: false))

    func add(_ sample: Double) -> Bool {
      state.withLock { state in
        state.samples.append(sample)
        return !state.isOver
      }
    }

    func end() -> [Double] {
      state.withLock { state in
        state.isOver = true
        return state.samples
      }
    }
  }

  init(pid: Int32) {
    let state = state
    let thread = Thread { while state.add(ProcessCost.resident(of: pid)) { usleep(100_000) } }
    thread.start()
  }

  func stop() -> [Double] { state.end() }
}
