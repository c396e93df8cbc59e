internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// A run survives the death of its controller at any moment: what was recorded stays, nothing is sent twice, and the
/// verdict is that of a run without interruption.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct ResumeTests {
  /// More kills are worth their time before a release: PARALLAX_KILLS=500.
  static var kills: Int { ProcessInfo.processInfo.environment["PARALLAX_KILLS"].flatMap(Int.init) ?? 4 }

  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 20)

  @Test func aKilledControllerLosesNothing() async throws {
    var random = SystemRandomNumberGenerator()
    for index in 0..<Self.kills {
      // Spread over the run: it takes between one and two seconds from the first journal entry on.
      let moment = (Double(index) + Double.random(in: 0..<1, using: &random)) / Double(Self.kills) * 1.5
      try await withTemporaryDirectory { home in
        try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
          let program = try Program(home: home, lab: lab)
          let run = try program.start(VerdictTests.arguments(lab), in: lab)
          try await waitForJournal(of: program)
          _ = try await run.exitStatus(within: moment)
          run.signal(SIGKILL)
          _ = try #require(try await run.exitStatus(within: 5))
          let kept = try await observations(program)
          let ending = try await program.run(Self.resume(lab), in: lab)
          // A run that had ended before it was killed says so.
          if ending.status == 64, ending.complaint.contains("has come to its end") { return }
          #expect(ending.status == 0, "after \(moment) s: \(ending.output)\(ending.complaint)")
          let verdict = try ending.json()
          let limiters = verdict["limiters"] as? [[String: Any]]
          #expect(limiters?.map { $0["scope"] as? [String] } == [["account"]], "after \(moment) s: \(ending.output)")
          let all = try await observations(program)
          #expect(Array(all.prefix(kept.count)) == kept, "after \(moment) s")
          #expect(Set(all).count == all.count)
          try expectNothingTwice(program, lab, verdict, "after \(moment) s")
        }
      }
    }
  }

  /// At each write and sync of the journal, the whole program: strace kills it as it enters the N-th of them. All of them
  /// where more kills are asked for, or else some.
  @Test(.enabled(if: Strace.isThereOrMandatory, "\(Strace.reason)"))
  func aControllerKilledAtACallOfItsJournalGoesOn() async throws {
    let isThorough = Self.kills > 100
    for call in ["pwrite64", "fdatasync", "fsync"] {
      for number in isThorough ? Array(1...200) : call == "fsync" ? [1] : [2, 9] {
        let isAlive = try await withTemporaryDirectory { home in
          try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
            let program = try Program(home: home, lab: lab)
            let killed = try await program.run(
              VerdictTests.arguments(lab), in: lab, under: Strace.line([call], inject: "signal=SIGKILL:when=\(number)"))
            if killed.status == 0 { return true }
            let place = "\(call) \(number)"
            try #require(killed.status == 128 + SIGKILL, "\(place): \(killed.status) \(killed.complaint)")
            let ending = try await program.run(Self.resume(lab), in: lab)
            // Before the run's name was durable there is nothing to go on with, and nothing had been sent.
            if ending.status != 0, (try? AccessLog(lab).lines.isEmpty) ?? true { return false }
            if ending.status == 64, ending.complaint.contains("has come to its end") { return false }
            #expect(ending.status == 0, "\(place): \(ending.output)\(ending.complaint)")
            try expectNothingTwice(program, lab, try ending.json(), place)
            return false
          }
        }
        if isAlive { break }
      }
    }
  }

  @Test func aKilledAgentLosesNothingThatWasRecorded() async throws {
    for index in 0..<max(1, Self.kills / 4) {
      let moment = Double(index) / Double(max(1, Self.kills / 4)) * 1.2 + 0.1
      try await withTemporaryDirectory { home in
        try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
          let program = try Program(home: home, lab: lab)
          let run = try program.start(VerdictTests.arguments(lab), in: lab)
          try await waitForJournal(of: program)
          _ = try await run.exitStatus(within: moment)
          let kept = try await observations(program)
          for agent in Self.agents(of: lab).prefix(1) { kill(agent, SIGKILL) }
          let status = try #require(try await run.exitStatus(within: 90), "\(run.errorText)")
          // One host is lost: the run is decided by the other, or says what it cannot tell.
          #expect([0, 3, 4, 69, 105].contains(status), "after \(moment) s: \(status) \(run.errorText)")
          let all = try await observations(program)
          #expect(Array(all.prefix(kept.count)) == kept, "after \(moment) s")
          let served = try AccessLog(lab).lines.count
          let said = all.count { !$0.contains("\"void_reason\":\"notSent\"") }
          #expect(served - said <= 60, "after \(moment) s: \(said) requests are recorded, the server saw \(served)")
        }
      }
    }
  }

  /// The agents that this lab's hosts run, known by the mark in their environment.
  private static func agents(of lab: LabDescription) -> [pid_t] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.compactMap { pid_t($0) }.filter { pid in
      let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
      let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
      return String(decoding: environment, as: UTF8.self).contains("PARALLAX_LAB=\(lab.id)")
        && executable.contains("parallax") && executable.contains("agent")
    }
  }

  /// Every request that the server saw is recorded, or among those that were charged because nobody knows of them; so none
  /// was sent twice.
  private func expectNothingTwice(
    _ program: Program, _ lab: LabDescription, _ verdict: [String: Any], _ place: String
  ) throws {
    let store = RunStore(directory: program.store)
    let unknown = try store.readOutline(try store.identifier(matching: "latest")).history.unknownRequests
    let served = try AccessLog(lab).lines.count
    let said = try #require(verdict["requests_sent"] as? Int)
    let counts = "\(place): \(said) requests are recorded, \(unknown) unknown, the server saw \(served)"
    #expect(said <= served && served <= said + unknown, "\(counts)")
  }

  @Test func aRunStoppedByItsUserCanBeGoneOnWith() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        let run = try program.start(VerdictTests.arguments(lab), in: lab)
        try await waitForJournal(of: program)
        _ = try await run.exitStatus(within: 0.7)
        run.signal(SIGINT)
        #expect(try await run.exitStatus(within: 5) == 105, "\(run.errorText)")
        #expect(run.errorText.contains("parallax resume"))
        let ending = try await program.run(Self.resume(lab), in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        // Nothing was lost, so the server saw exactly what is recorded.
        #expect(try ending.json()["requests_sent"] as? Int == (try AccessLog(lab).lines.count))
        let again = try await program.run(Self.resume(lab), in: lab)
        #expect(again.status == 64)
        #expect(again.complaint.contains("has come to its end"), "\(again.complaint)")
      }
    }
  }

  @Test func whatCannotBeGoneOnWithIsSaid() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        #expect(try await program.run(["resume", "--yes", "latest"]).status == 64)
        let run = try program.start(VerdictTests.arguments(lab), in: lab)
        try await waitForJournal(of: program)
        run.signal(SIGKILL)
        _ = try await run.exitStatus(within: 5)
        let other = try write("hosts: { elsewhere: { transport: local } }\n", to: "other.yaml", in: home)
        let ending = try await program.run(["resume", "--yes", "--hosts", other, "latest"], in: lab)
        #expect(ending.status == 65)
        #expect(ending.complaint.contains("lab1"), "\(ending.complaint)")
      }
    }
  }

  private static func resume(_ lab: LabDescription) -> [String] {
    ["resume", "--json", "--yes", "--quiet", "--hosts", lab.files.inventory, "latest"]
  }

  /// The recorded observations, a line of text each.
  private func observations(_ program: Program) async throws -> [String] {
    let ending = try await program.run(["report", "latest", "--format", "ndjson"])
    #expect(ending.status == 0, "\(ending.complaint)")
    return ending.output.split(separator: "\n").map(String.init)
  }

  private func waitForJournal(of program: Program) async throws {
    let runs = program.store + "/runs"
    let deadline = ContinuousClock.now + .seconds(60)
    while (try? FileManager.default.contentsOfDirectory(atPath: runs))?.isEmpty ?? true {
      try #require(ContinuousClock.now < deadline, "the run does not begin")
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
