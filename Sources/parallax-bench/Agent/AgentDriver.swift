internal import Foundation
internal import ParallaxFleet
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxWire

/// One agent under measurement and the controller's end of its link.
///
/// Frames of records are kept as they come and read later: what the records of a closed loop cost here would be taken
/// from the agent and the server, which share the machine.
final class AgentDriver {
  struct Batch {
    /// What came until it ended: with several batches under way, records of the next ones too.
    var frames: [[UInt8]]
    var done: BatchDone
    /// The agent's CPU seconds between order and end.
    var processor: Double

    func records() throws -> [AgentRecord] {
      try frames.flatMap { frame -> [AgentRecord] in
        guard case .records(let records) = try AgentMessage(encoded: frame) else { return [] }
        return records
      }
    }
  }

  let pid: Int32
  private let input: Int32
  private let output: Int32
  private var decoder = FrameDecoder()
  private var waiting: [AgentMessage] = []
  private var frames: [[UInt8]] = []
  private var batch = 0
  private var leaseUntil: Int64 = 0
  /// Requests granted for the whole session.
  var granted = 0
  /// Milliseconds that every lease lives. It is renewed after a third of them.
  var leaseLife = 6000

  init(_ command: [String]) throws {
    let input = try ParallaxLab.Pipe.make()
    let output = try ParallaxLab.Pipe.make()
    var spawn = Spawn(command[0], Array(command.dropFirst()))
    spawn.standardInput = input.reader
    spawn.standardOutput = output.writer
    pid = try spawn.start()
    close(input.reader)
    close(output.writer)
    self.input = input.writer
    self.output = output.reader
    guard case .hello = try next(seconds: 15) else { throw BenchFailure("the agent did not greet") }
  }

  func prepare(_ plan: RequestPlan, key: String) throws {
    try send(
      .hello(run: "bench"), .assign([Vantage(host: "here")]), .plan(plan.encoded()),
      .secrets([Secret(name: "a1", value: key)]))
    guard case .planAccepted = try next(seconds: 15) else { throw BenchFailure("the agent did not accept the plan") }
  }

  /// Sends an order, which takes its number from here.
  func order(_ make: (Int) -> ControllerMessage) throws {
    try renew()
    batch += 1
    try send(make(batch))
  }

  /// Waits for the end of the batch that ends next.
  func take(seconds: Double, since before: Double = 0) throws -> Batch {
    while true {
      guard case .batchDone(let done) = try next(seconds: seconds) else { continue }
      defer { frames = [] }
      return Batch(frames: frames, done: done, processor: ProcessCost.processor(of: pid) - before)
    }
  }

  /// Sends all orders and waits for the end of each.
  func run(seconds: Double, _ orders: [(Int) -> ControllerMessage]) throws -> [Batch] {
    let before = ProcessCost.processor(of: pid)
    for make in orders { try order(make) }
    return try orders.map { _ in try take(seconds: seconds, since: before) }
  }

  /// The agent's clock by one exchange.
  func clock() throws -> ClockEstimate {
    let sent = ProcessCost.now()
    try send(.ping(sequence: UInt64(sent)))
    while true {
      guard case .pong(_, let received, let answered) = try next(seconds: 10) else { continue }
      return ClockEstimate(sent: sent, received: received, answered: answered, arrived: ProcessCost.now())
    }
  }

  func end() {
    try? send(.bye)
    close(input)
    close(output)
    _ = Child.wait(pid)
  }

  private func send(_ messages: ControllerMessage...) throws {
    for message in messages {
      var rest = try message.frame()[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        guard count > 0 else { throw BenchFailure("the agent closed its link") }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Renews the lease where it is time to.
  func renew() throws {
    let now = ProcessCost.now()
    guard now >= leaseUntil - Int64(leaseLife) * 666_667 else { return }
    leaseUntil = now + Int64(leaseLife) * 1_000_000
    try send(.lease(Lease(granted: granted, validForMilliseconds: leaseLife)))
  }

  private func next(seconds: Double) throws -> AgentMessage {
    let deadline = ProcessCost.now() + Int64(seconds * 1e9)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while waiting.isEmpty {
      guard ProcessCost.now() < deadline else { throw BenchFailure("the agent fell silent") }
      if granted > 0 { try renew() }
      var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, Int32(min(500, leaseLife / 3))) > 0 else { continue }
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { throw BenchFailure("the agent closed its link") }
      decoder.append(Array(buffer[..<count]))
      while let payload = try decoder.next() {
        if AgentMessage.holdsRecords(payload) {
          frames.append(payload)
        } else {
          waiting.append(try AgentMessage(encoded: payload))
        }
      }
    }
    return waiting.removeFirst()
  }
}

/// Why a figure could not be measured.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
