internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// The open loop: instants are kept whatever the answers do, and whether or not anyone reads the records.
@Suite(.timeLimit(.minutes(1)), .serialized) struct PacingTests {
  /// Nanoseconds between planning and sending, at the given share of the requests.
  private func lateness(_ records: [AgentRecord], _ share: Double) -> Int64 {
    let late = records.map { $0.timings.sent - $0.timings.planned }.sorted()
    return late[min(late.count - 1, Int(Double(late.count) * share))]
  }

  @Test func instantsAreKeptWhateverTheAnswersDo() async throws {
    // Every answer takes a second: a closed loop would send one request, not 400.
    let target = try await TestTarget { _, _ in TestTarget.Response(delay: 1000) }
    var session = try await TestSession(plan: .test(port: target.port))
    try session.lease(1000)
    let (records, _) = try await session.run(cells: Array(repeating: 0, count: 400), gap: 0.002, delay: 0.1)
    #expect(records.count == 400 && records.allSatisfy { $0.answer.status == 200 })
    let half = lateness(records, 0.5)
    print("400 requests, 2 ms apart, answers after 1 s: sent late by \(half / 1000) us at the median,")
    print("\(lateness(records, 0.99) / 1000) us at 99 %")
    // Generous: other tests share the machine.
    #expect(half < 20_000_000)
    try await session.end()
  }

  @Test func memoryIsBoundedWhenNobodyReads() async throws {
    let target = try await TestTarget { _, before in
      TestTarget.Response(headers: [("X-Unique", "\(before)")], body: String(repeating: "\(before) ", count: 2000))
    }
    let agent = try AgentUnderTest()
    let plan = RequestPlan.test(port: target.port)
    try agent.send(
      .assign([Vantage(host: "here")]), .secrets([Secret(name: "a1", value: "x")]), .plan(plan.encoded()),
      .lease(Lease(granted: 100_000, validForMilliseconds: 10_000)))
    let start = TestSession.now()
    let count = 12_000
    try agent.send(
      .schedule(
        ScheduleOrder(
          batch: 1, stage: .probe,
          items: (0..<count).map { ScheduleOrder.Item(at: start + Int64($0) * 200_000, cell: 0) })))
    // The schedule takes 2.4 s.
    try await Task.sleep(for: .seconds(3))
    let resident = agent.residentKilobytes()
    print("resident with an unread backlog: \(resident) kB, \(target.requests.count) requests sent")
    #expect(resident < 100_000)
    // Reading again brings every record, the refused ones among them.
    var records: [AgentRecord] = []
    var messages = try await agent.messages().makeAsyncIterator()
    reading: while let message = try await messages.next(isolation: #isolation) {
      switch message {
      case .records(let some): records += some
      case .batchDone(let done):
        #expect(done.sent + done.refused == count && done.sent == target.requests.count)
        break reading
      default: break
      }
    }
    #expect(records.count == count && Set(records.map(\.id)).count == count)
    #expect(records.contains { $0.refusal == .backlog })
    agent.closeInput()
    #expect(await agent.exit() == 0)
  }
}
