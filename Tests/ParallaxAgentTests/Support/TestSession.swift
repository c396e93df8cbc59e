internal import Glibc
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// A session with an agent, from the controller's side.
struct TestSession {
  let agent: AgentUnderTest
  private var messages: AsyncThrowingStream<AgentMessage, any Error>.Iterator
  private var nextBatch = 0

  /// Starts an agent and brings it as far as possible without a lease.
  init(
    plan: RequestPlan, vantages: [Vantage] = [Vantage(host: "here")],
    secrets: [Secret] = [Secret(name: "a1", value: "value-of-a1")], clientKey: Secret? = nil,
    arguments: [String] = []
  ) async throws {
    agent = try AgentUnderTest(arguments)
    messages = try await agent.messages().makeAsyncIterator()
    if let clientKey { try agent.send(.clientKey(clientKey)) }
    try agent.send(
      .hello(run: "test"), .assign(vantages), .secrets(secrets), .plan(plan.encoded()))
    guard case .hello = try await next() else { throw AgentUnderTest.Failure.linkClosed }
    #expect(try await next() == .planAccepted(digest: plan.digest))
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  mutating func next() async throws -> AgentMessage {
    guard let message = try await messages.next(isolation: #isolation) else { throw AgentUnderTest.Failure.linkClosed }
    return message
  }

  /// All that comes until the link closes.
  mutating func rest() async throws -> [AgentMessage] {
    var rest: [AgentMessage] = []
    while let message = try await messages.next(isolation: #isolation) { rest.append(message) }
    return rest
  }

  func lease(_ granted: Int, milliseconds: Int = 10_000) throws {
    try agent.send(.lease(Lease(granted: granted, validForMilliseconds: milliseconds)))
  }

  /// Sends requests of the cells in turn, `gap` seconds apart, starting in `delay` seconds.
  mutating func run(
    cells: [Int], gap: Double = 0.002, delay: Double = 0.02, lead: Double = 0.015, answerDeadline: Double? = nil
  ) async throws -> (records: [AgentRecord], done: BatchDone) {
    try await run(
      try order(cells: cells, gap: gap, delay: delay, lead: lead, answerDeadline: answerDeadline))
  }

  mutating func order(
    cells: [Int], gap: Double = 0.002, delay: Double = 0.02, lead: Double = 0.015, answerDeadline: Double? = nil
  ) throws -> ControllerMessage {
    nextBatch += 1
    let start = Self.now() + Int64(delay * 1e9)
    return .schedule(
      ScheduleOrder(
        batch: nextBatch, stage: .probe,
        items: cells.indices.map {
          ScheduleOrder.Item(at: start + Int64(Double($0) * gap * 1e9), cell: cells[$0])
        }, lead: Int64(lead * 1e9), answerDeadline: answerDeadline.map { Int64($0 * 1e9) }))
  }

  mutating func run(_ specification: RampSpecification) async throws -> (records: [AgentRecord], done: BatchDone) {
    nextBatch += 1
    return try await run(.ramp(RampOrder(batch: nextBatch, specification: specification)))
  }

  mutating func run(_ order: ControllerMessage) async throws -> (records: [AgentRecord], done: BatchDone) {
    try agent.send(order)
    return try await batch()
  }

  /// The records up to the end of a batch, in the order in which they were sent.
  mutating func batch() async throws -> (records: [AgentRecord], done: BatchDone) {
    var taken: [AgentRecord] = []
    while true {
      switch try await next() {
      case .records(let records): taken += records
      case .batchDone(let done): return (taken.sorted { $0.id < $1.id }, done)
      case let other: Issue.record("unexpected: \(other)")
      }
    }
  }

  /// Says farewell, and takes in the end of the process.
  mutating func end() async throws {
    try agent.send(.bye)
    #expect(try await rest().isEmpty)
    #expect(await agent.exit() == 0)
    agent.closeInput()
  }
}

extension RequestPlan {
  /// Cells 0, 1, ... of `vantages` ask `path` of a target on this machine.
  static func test(
    port: Int, path: String = "/v1/models", scheme: URLParts.Scheme = .http, host: String = "127.0.0.1",
    vantages: [String] = ["here"], method: String = "GET", timeout: Double = 5, keepAlive: Bool = true,
    budget: Budget = Budget(requests: 100_000, rate: 10_000, duration: 600), authorities: String = "",
    addresses: [String] = ["127.0.0.1"], allowUnsafeMethods: Bool = false
  ) -> RequestPlan {
    RequestPlan(
      url: URLParts(scheme: scheme, host: host, port: port, path: path), method: method,
      headers: [Header("Authorization", "Bearer {{key}}"), Header("X-Account", "{{account}}")],
      userAgent: "parallax-test", timeout: timeout, keepAlive: keepAlive, certificateAuthorities: authorities,
      limitedWhen: [], budget: budget,
      cells: vantages.indices.map {
        RequestPlan.CellRequest(
          cell: $0, vantage: vantages[$0], key: "a1", account: "A", path: path, values: [])
      }, addresses: addresses, allowUnsafeMethods: allowUnsafeMethods)
  }
}
