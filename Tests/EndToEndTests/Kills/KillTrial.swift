internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// One run in a lab, of which something is killed at a random moment, and what came of it.
struct KillTrial: Sendable {
  enum Victim: Sendable, CaseIterable { case controller, agent, agentThenController }

  /// What was counted.
  struct Tally: Sendable {
    var kills = 0
    /// Observations that were acknowledged when the last kill came.
    var acknowledged = 0
    var served = 0
    /// Requests charged because nobody knows of them, and those of them that the server saw.
    var unknown = 0
    var servedUnrecorded = 0
    var determined = 0

    static func + (a: Tally, b: Tally) -> Tally {
      Tally(
        kills: a.kills + b.kills, acknowledged: a.acknowledged + b.acknowledged, served: a.served + b.served,
        unknown: a.unknown + b.unknown, servedUnrecorded: a.servedUnrecorded + b.servedUnrecorded,
        determined: a.determined + b.determined)
    }
  }

  /// Seconds in which a run of this size is mostly through, from the first record of its journal on, and those that come
  /// before it, on a machine that has more to do.
  private static let (span, start) = (3.0, 2.0)

  let victim: Victim
  let seed: UInt64

  func perform(in lab: LabDescription) async throws -> Tally {
    try await withTemporaryDirectory { home in
      let run = try LabRun(home: home, lab: lab)
      var random = SplitMix64(seed: seed)
      switch victim {
      case .controller: return try await killController(of: run, &random)
      case .agent: return try await killAgent(of: run, thenController: false, &random)
      case .agentThenController: return try await killAgent(of: run, thenController: true, &random)
      }
    }
  }

  private var place: String { "\(victim), seed \(seed)" }

  /// Once or twice, the second time while it goes on with the run.
  private func killController(of run: LabRun, _ random: inout SplitMix64) async throws -> Tally {
    var kills = 0
    var kept: [Observation] = []
    for line in [run.begin, run.resume].prefix(Int.random(in: 1...2, using: &random)) {
      let size = run.journalSize
      let child = try run.program.start(line, in: run.lab)
      child.closeInput()
      let ended = try await wait(for: child, &random) { run.journalSize > size }
      child.signal(SIGKILL)
      _ = try #require(try await child.exitStatus(within: 5), "\(place)")
      #expect([nil, 0].contains(ended), "\(place): \(child.errorText)")
      if ended == nil { kills += 1 }
      guard let stored = try run.stored() else { break }
      #expect(kept.elementsEqual(stored.observations.prefix(kept.count)), "\(place)")
      kept = stored.observations
      if stored.verdict != nil { break }
    }
    let ledger = try await run.finish(keeping: kept, place)
    return tally(kills, kept, ledger, isDetermined: ledger != nil)
  }

  /// Waits for a moment of its life: mostly one after its first record.
  ///
  /// - Returns: its exit status, if it ended before.
  private func wait(
    for child: ChildProcess, _ random: inout SplitMix64, until hasBegun: () -> Bool
  ) async throws -> Int32? {
    if Int.random(in: 0..<8, using: &random) == 0 {
      return try await child.exitStatus(within: Double.random(in: 0..<Self.start, using: &random))
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while !hasBegun(), ContinuousClock.now < deadline {
      if let ended = try await child.exitStatus(within: 0.002) { return ended }
    }
    return try await child.exitStatus(within: Double.random(in: 0..<Self.span, using: &random))
  }

  private func killAgent(
    of run: LabRun, thenController: Bool, _ random: inout SplitMix64
  ) async throws -> Tally {
    let child = try run.program.start(run.begin, in: run.lab)
    child.closeInput()
    var agents: [pid_t] = []
    let deadline = ContinuousClock.now + .seconds(60)
    while agents.count < run.lab.hosts.count, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
      agents = AgentProcesses.of(run.lab)
    }
    let agent = try #require(agents.randomElement(using: &random), "\(place): \(child.errorText)")
    let ended = try await wait(for: child, &random) { run.journalSize > 0 }
    var kept = try run.stored()?.observations ?? []
    var kills = ended == nil && kill(agent, SIGKILL) == 0 ? 1 : 0
    var status: Int32?
    if thenController, try await child.exitStatus(within: Double.random(in: 0..<Self.span, using: &random)) == nil {
      child.signal(SIGKILL)
      _ = try await child.exitStatus(within: 5)
      kills += 1
      let stored = try run.stored()
      #expect(kept.elementsEqual((stored?.observations ?? []).prefix(kept.count)), "\(place)")
      kept = stored?.observations ?? []
      status = stored == nil || stored?.verdict != nil ? 0 : try await run.program.run(run.resume, in: run.lab).status
    } else {
      status = try await child.exitStatus(within: 90)
    }
    // One host is lost: the run is decided by the other, or says what it cannot tell.
    #expect([0, 3, 4, 69].contains(status), "\(place): \(status ?? -1) \(child.errorText)")
    guard let stored = try run.stored() else {
      #expect(try AccessLog(run.lab).lines.isEmpty, "\(place): requests were sent before the run was kept")
      return tally(kills, kept, nil, isDetermined: false)
    }
    let isDetermined = stored.verdict?.status == .determined
    if isDetermined { #expect(stored.verdict?.limiters.map(\.scope) == [["account"]], "\(place)") }
    return tally(kills, kept, try await run.ledger(keeping: kept, place), isDetermined: isDetermined)
  }

  private func tally(_ kills: Int, _ kept: [Observation], _ ledger: RequestLedger?, isDetermined: Bool) -> Tally {
    Tally(
      kills: kills, acknowledged: kept.count, served: ledger?.served ?? 0, unknown: ledger?.unknown ?? 0,
      servedUnrecorded: ledger?.servedUnrecorded ?? 0, determined: isDetermined ? 1 : 0)
  }
}

/// The agents that a lab's hosts run, known by the mark in their environment.
enum AgentProcesses {
  static func of(_ lab: LabDescription) -> [pid_t] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.compactMap { pid_t($0) }.filter { pid in
      let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
      guard executable.contains("parallax"), executable.contains("agent") else { return false }
      let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
      return String(decoding: environment, as: UTF8.self).contains("PARALLAX_LAB=\(lab.id)")
    }
  }
}
