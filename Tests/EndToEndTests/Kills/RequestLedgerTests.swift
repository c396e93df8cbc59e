internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// The ledger finds what it looks for.
struct RequestLedgerTests {
  private static let design = Design(
    vantages: [Vantage(host: "lab1", sourceAddress: "127.0.11.1")], dimensions: [],
    cells: [
      Cell(id: 0, label: "R", vantage: 0, key: "a1", account: "A", levels: [], differs: []),
      Cell(id: 1, label: "K", vantage: 0, key: "a2", account: "A", levels: [], differs: .key),
    ], gaps: [])

  private static let schedule = Directive.schedule(
    Schedule(stage: .triage, items: [0, 1, 0].map { Schedule.Item(offset: Double($0), cell: $0) }))

  private static func observation(_ id: Int, cell: Int, number: String?) -> Observation {
    Observation(
      id: id, cell: cell, stage: .triage, planned: 0, sent: 0, end: 1, clockBound: 0,
      answer: Answer(
        status: number == nil ? nil : 200, headers: number.map { [Header("X-Request-Id", $0)] } ?? [],
        failure: number == nil ? .timeout : nil),
      reading: number == nil ? .void(.silence) : .passed)
  }

  private static func line(_ number: String, key: String = "a1") -> AccessLog.Line {
    AccessLog.Line(time: 0, address: "127.0.11.1", key: key, status: 200, request: number)
  }

  /// Of a run that carried out one schedule: R, K and R again.
  private func ledger(
    _ observations: [Observation], unknown: [UnknownRequests] = [], served: [AccessLog.Line]
  ) async throws -> RequestLedger {
    try await withTemporaryDirectory { home in
      let store = RunStore(directory: home)
      let journal = try store.createRun(
        RunManifest(
          planText: "", planFile: "", planDigest: "", seed: 1, hosts: [], design: Self.design))
      try journal.begin(Self.schedule)
      try journal.append(observations)
      try journal.end(DirectiveEnd(now: 1, unknown: unknown))
      return RequestLedger(try store.loadRun(journal.id), AccessLog(lines: served))
    }
  }

  @Test func wholeAccountsAreRight() async throws {
    let three = [(0, "x"), (1, "y"), (0, "z")].enumerated().map { Self.observation($0, cell: $1.0, number: $1.1) }
    let ledger = try await ledger(three, served: [Self.line("x"), Self.line("y", key: "a2"), Self.line("z")])
    #expect(ledger.isRight)
    #expect(ledger.served == 3 && ledger.recorded == 3 && ledger.servedUnrecorded == 0)
  }

  @Test func oneNumberTwiceInTheJournalIsFound() async throws {
    let twice = [Self.observation(0, cell: 0, number: "x"), Self.observation(1, cell: 0, number: "x")]
    #expect(try await ledger(twice, served: [Self.line("x")]).recordedTwice == ["x"])
  }

  @Test func aNumberThatTheServerDidNotGiveIsFound() async throws {
    #expect(try await ledger([Self.observation(0, cell: 0, number: "x")], served: []).neverGiven == ["x"])
  }

  @Test func aRequestBeyondThePlanIsFound() async throws {
    let twice = [(1, "x"), (1, "y")].enumerated().map { Self.observation($0, cell: $1.0, number: $1.1) }
    let ledger = try await ledger(twice, served: [Self.line("x", key: "a2"), Self.line("y", key: "a2")])
    #expect(ledger.repeated == 1)
  }

  /// What is charged as unknown may have been sent once, and only by whom it was planned for.
  @Test func whatTheServerSawAndNobodyKnowsOfIsFound() async throws {
    let lost = [UnknownRequests(cell: 1, stage: .triage, count: 1)]
    let one = [Self.observation(0, cell: 0, number: "x")]
    let seen = Self.line("y", key: "a2")
    #expect(try await ledger(one, served: [Self.line("x"), seen]).unaccounted == 1)
    #expect(try await ledger(one, unknown: lost, served: [Self.line("x"), seen]).unaccounted == 0)
    #expect(
      try await ledger(one, unknown: lost, served: [Self.line("x"), seen, Self.line("z", key: "a2")]).unaccounted == 1)
    #expect(try await ledger(one, unknown: lost, served: [Self.line("x"), Self.line("z")]).unaccounted == 1)
  }

  /// A request without an answer may have been seen or not.
  @Test func aSilentRequestAccountsForOne() async throws {
    let silent = [Self.observation(0, cell: 0, number: nil)]
    #expect(try await ledger(silent, served: []).unaccounted == 0)
    #expect(try await ledger(silent, served: [Self.line("x")]).unaccounted == 0)
    #expect(try await ledger(silent, served: [Self.line("x"), Self.line("y")]).unaccounted == 1)
  }
}
