internal import ParallaxWire
internal import Testing

/// A controller that falls silent while the link stays open, as when a cable is cut or a laptop goes to sleep: the agent
/// ends by itself. Its limits, a minute with a lease and ten without, are shortened here.
@Suite(.timeLimit(.minutes(1))) struct SilenceTests {
  private static func seconds(since start: Int64) -> Double { Double(TestSession.now() - start) / 1e9 }

  @Test func anAgentWithALeaseLeavesSoonAfterItsControllerFellSilent() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port), arguments: ["--patience", "1.5,30"])
    try session.lease(1000, milliseconds: 300)
    // Words keep it, whatever they say: twice its patience, and it is still there.
    let start = TestSession.now()
    var sequence: UInt64 = 0
    while Self.seconds(since: start) < 3 {
      sequence += 1
      try session.agent.send(.ping(sequence: sequence))
      guard case .pong(sequence, _, _) = try await session.next() else {
        Issue.record("no answer")
        return
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    let silent = TestSession.now()
    #expect(try await session.rest().isEmpty)
    #expect(await session.agent.exit() == 0)
    #expect((1.2...4).contains(Self.seconds(since: silent)), "it left after \(Self.seconds(since: silent)) s")
    session.agent.closeInput()
  }

  /// It has sent nothing and may have to wait for its part: it has the longer limit, and leaves in the end too.
  @Test func anAgentThatNeverGotALeaseWaitsLonger() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port), arguments: ["--patience", "0.3,2.5"])
    let silent = TestSession.now()
    #expect(try await session.rest().isEmpty)
    #expect(await session.agent.exit() == 0)
    #expect((2.2...5).contains(Self.seconds(since: silent)), "it left after \(Self.seconds(since: silent)) s")
    session.agent.closeInput()
  }

  @Test func anAgentToWhichNobodyEverSpeaksLeavesToo() async throws {
    let agent = try AgentUnderTest(["--patience", "0.3,1"])
    #expect(await agent.exit() == 0)
    agent.closeInput()
  }

  /// Orders that are under way do not keep it: they are the controller's, and that is gone.
  @Test func theLoadOfASilentControllerStopsWithItsLeaseAndTheAgentAfterIt() async throws {
    let target = try await TestTarget()
    var session = try await TestSession(plan: .test(port: target.port), arguments: ["--patience", "1.5,30"])
    try session.lease(10_000, milliseconds: 500)
    let silent = TestSession.now()
    try session.agent.send(try session.order(cells: Array(repeating: 0, count: 3000), gap: 0.01, delay: 0))
    _ = try await session.rest()
    #expect(await session.agent.exit() == 0)
    #expect((1.2...5).contains(Self.seconds(since: silent)), "it left after \(Self.seconds(since: silent)) s")
    #expect(target.requests.count > 10 && target.requests.count <= 60, "\(target.requests.count) requests")
    session.agent.closeInput()
  }
}
