internal import Foundation
internal import ParallaxModel
internal import ParallaxStore
internal import Testing

@Suite struct HistoryTests {
  static let directives: [Directive] = [
    .schedule(
      Schedule(stage: .triage, items: [Schedule.Item(offset: 0, cell: 0), Schedule.Item(offset: 0.25, cell: 2)])),
    .ramp(
      RampSpecification(
        stage: .exhaust, cell: 1, maxRequests: 400, rateCap: 50, roundTrip: 0.04, confirmGap: 0.2, pace: 0.5,
        deadline: 60, delayThreshold: 0.4, followUp: [2, 0])),
    .wait(seconds: 12.5, reason: "see how the limit recovers"),
  ]

  @Test func whatARunDidIsReadBackInOrder() throws {
    try withStore { store in
      let journal = try store.createRun(Sample.manifest())
      let observations = Sample.observations(5)
      let outcome = RampOutcome(saturation: .leaky, lead: 3, admittedRate: 6.5, firstDenial: 1.25)
      let lost = UnknownRequests(cell: 1, stage: .exhaust, count: 4)
      let end = DirectiveEnd(now: 2, ramp: outcome, lostVantages: [1], unknown: [lost])
      let stopped = DirectiveEnd(now: 9, stopped: "interrupted by the user")
      let resumption = Resumption(
        now: 70, idle: 60, unknown: [UnknownRequests(cell: 2, stage: .probe, count: 3)])
      try journal.begin(Self.directives[0])
      try journal.append(Array(observations[..<2]))
      try journal.end(end)
      try journal.begin(Self.directives[1])
      try journal.append(Array(observations[2...]))
      try journal.end(stopped)
      try journal.resume(resumption)
      try journal.begin(Self.directives[2])
      let run = try store.loadRun(journal.id)
      #expect(run.observations == observations)
      #expect(
        run.history.entries == [
          RunHistory.Entry(event: .directive(Self.directives[0]), observations: 0),
          RunHistory.Entry(event: .end(end), observations: 2),
          RunHistory.Entry(event: .directive(Self.directives[1]), observations: 2),
          RunHistory.Entry(event: .end(stopped), observations: 5),
          RunHistory.Entry(event: .resumption(resumption), observations: 5),
          RunHistory.Entry(event: .directive(Self.directives[2]), observations: 5),
        ])
      #expect(run.history.unknownRequests == 3 + 4)
      #expect(run.history.idle == 60)
    }
  }

  @Test func whatWasUnderWayIsKnown() {
    func pending(_ events: [RunHistory.Event]) -> (Directive, isDrained: Bool)? {
      let history = RunHistory(entries: events.map { RunHistory.Entry(event: $0, observations: 0) })
      return history.pending.map { ($0.directive, $0.isDrained) }
    }
    let begun = RunHistory.Event.directive(Self.directives[0])
    #expect(pending([]) == nil)
    #expect(pending([begun, .end(DirectiveEnd(now: 1))]) == nil)
    #expect(pending([begun])?.0 == Self.directives[0])
    #expect(pending([begun])?.isDrained == false)
    #expect(pending([begun, .end(DirectiveEnd(now: 1, stopped: "user"))])?.isDrained == true)
    #expect(pending([begun, .resumption(Resumption(now: 2, idle: 1))]) == nil)
    #expect(pending([begun, .end(DirectiveEnd(now: 1)), .directive(Self.directives[1])])?.0 == Self.directives[1])
  }

  @Test func theSetUpOfTheExperimentIsKept() throws {
    try withStore { store in
      var manifest = Sample.manifest()
      manifest.nameLookup = 0.0125
      let configuration = ExperimentConfiguration(
        budget: Budget(requests: 7, rate: 0.5, duration: 3), seed: 5, threshold: 0.9, acrossHosts: 0.1, sameHost: 0.2,
        controlGap: 0.3, recoverySeconds: 4, peelSeconds: 5, triageOnly: true, mysterySeconds: 6, clockOrigin: 1.7e9)
      manifest.protocolState = RunManifest.ProtocolState(configuration: configuration, requestPlan: [1, 2, 255])
      let journal = try store.createRun(manifest)
      #expect(try store.loadRun(journal.id).manifest == manifest)
    }
  }

  /// Puts the journal of an earlier version into the store, under the name that it had.
  private func kept(_ version: String, as id: String, in store: RunStore) throws -> String {
    _ = try store.createRun(Sample.manifest())
    let old = try #require(Bundle.module.path(forResource: version, ofType: "journal", inDirectory: "Journals"))
    try FileManager.default.copyItem(atPath: old, toPath: "\(store.directory)/runs/\(id).journal")
    return id
  }

  /// Runs of earlier versions stay readable; what they did not keep cannot be gone on with.
  @Test func aJournalOfVersionOneIsRead() throws {
    try withStore { store in
      let run = try store.loadRun(try kept("version-1", as: "20261124T105140Z-155c", in: store))
      #expect(run.observations.count == 65)
      #expect(run.verdict?.limiters.map(\.scope) == [["account"]])
      #expect(run.manifest.protocolState == nil)
      #expect(run.history.entries.isEmpty)
      #expect(try storeError { _ = try store.reopenRun(run.id) }.code == .usage)
    }
  }

  /// Version 2 had one time for a whole connection, which is kept.
  @Test func aJournalOfVersionTwoIsRead() throws {
    try withStore { store in
      let run = try store.loadRun(try kept("version-2", as: "20261124T150144Z-a7ca", in: store))
      #expect(run.observations.map(\.id) == Array(0..<20))
      let connected = run.observations.filter { $0.answer.status != nil }
      #expect(!connected.isEmpty)
      for observation in connected {
        let phases = try #require(observation.connection)
        #expect(phases.began == nil && phases.secured == nil)
        #expect(abs(phases.stood - observation.sent - 0.01) < 1e-6)
      }
      #expect(run.manifest.nameLookup == nil && run.manifest.protocolState?.requestPlan == [1, 2, 255])
      #expect(run.verdict?.limiters.count == 2)
      #expect(run.history.entries.count == 2)
    }
  }

  /// Version 3 did not count what lost agents had under way.
  @Test func aJournalOfVersionThreeIsRead() throws {
    try withStore { store in
      let run = try store.loadRun(try kept("version-3", as: "20261128T215735Z-12ac", in: store))
      #expect(run.observations.map(\.id) == Array(0..<28))
      #expect(run.verdict?.limiters.map(\.scope) == [["account"]])
      #expect(run.history.entries.count > 4 && run.history.pending == nil)
      #expect(run.history.unknownRequests == 0)
      #expect(try storeError { _ = try store.reopenRun(run.id) }.code == .usage)
    }
  }
}
