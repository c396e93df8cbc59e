internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import Testing

/// A run in a lab of its own that can be interrupted and gone on with, and its accounts.
struct LabRun {
  /// Large enough for what two interruptions in a climb are charged.
  static let budget = 1500
  /// Waiting for the silence of agents changes nothing that a verdict rests on: a token a second comes back.
  static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 20)

  let program: Program
  let lab: LabDescription
  private let plan: String

  /// - Parameter home: a folder for its files.
  init(home: String, lab: LabDescription) throws {
    program = try Program(home: home, lab: lab)
    self.lab = lab
    let text = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
      .replacingOccurrences(of: "requests: 500", with: "requests: \(Self.budget)")
    plan = try write(text, to: "plan.yaml", in: home)
  }

  var begin: [String] { ["run"] + options + [plan] }
  var resume: [String] { ["resume"] + options + ["latest"] }
  private var options: [String] { ["--json", "--yes", "--quiet", "--seed", "7", "--hosts", lab.files.inventory] }

  /// Bytes; 0 while there is none.
  var journalSize: Int {
    let folder = program.store + "/runs"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      sum + ((try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? Int) ?? 0)
    }
  }

  /// As the journal tells it; nil when there is none yet.
  func stored() throws -> StoredRun? {
    let store = RunStore(directory: program.store)
    guard let newest = try store.listRuns().first(where: { $0.problem == nil }) else { return nil }
    return try store.loadRun(newest.id)
  }

  /// Goes on to the end unless it was reached, and expects the verdict of a run that nothing had interrupted, with all that
  /// was kept before still there. A run that was never kept had sent nothing.
  ///
  /// - Returns: its accounts; nil where there is no run.
  func finish(keeping kept: [Observation], _ place: String) async throws -> RequestLedger? {
    guard let run = try stored() else {
      #expect(try AccessLog(lab).lines.isEmpty, "\(place): requests were sent before the run was kept")
      return nil
    }
    if run.verdict == nil {
      let ending = try await program.run(resume, in: lab)
      #expect(ending.status == 0, "\(place): \(ending.status) \(ending.output)\(ending.complaint)")
    }
    let scopes = try stored()?.verdict?.limiters.map(\.scope)
    #expect(scopes == [["account"]], "\(place): \(scopes ?? [])")
    return try await ledger(keeping: kept, place)
  }

  /// Expects that what was kept is still there, and that every request that the server saw is accounted for once.
  func ledger(keeping kept: [Observation], _ place: String) async throws -> RequestLedger {
    let run = try #require(try stored(), "\(place)")
    var ledger = RequestLedger(run, try AccessLog(lab))
    // nginx writes its line after the answer has gone, which on a busy machine can be a while after.
    for _ in 0..<30 where !ledger.neverGiven.isEmpty {
      try await Task.sleep(for: .milliseconds(100))
      ledger = RequestLedger(run, try AccessLog(lab))
    }
    #expect(kept.elementsEqual(run.observations.prefix(kept.count)), "\(place): what was acknowledged is lost")
    #expect(ledger.isRight, "\(place): \(ledger)")
    #expect(ledger.served <= Self.budget && ledger.recorded + ledger.unknown <= Self.budget, "\(place): \(ledger)")
    return ledger
  }
}
