internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// The whole program, when a system call of its journal fails or is its last. strace counts the calls of each thread by
/// itself, so the N-th call is that of the first thread that has made so many.
@Suite(
  .serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"),
  .enabled(if: Strace.isThereOrMandatory, "\(Strace.reason)"))
struct CallFaultTests {
  private static let calls = ["pwrite64", "fdatasync", "fsync"]
  private static let errors = [
    ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "ENOSPC"), ("fdatasync", "EIO"),
  ]

  private struct Fault: Sendable, CustomStringConvertible {
    var call: String
    /// What strace does at the call.
    var what: String
    /// From the N-th on a disk stays broken; a program is killed once.
    var number: Int
    var description: String { "\(call) \(number): \(what)" }
    var line: [String] {
      Strace.line([call], inject: what.hasPrefix("error") ? "\(what):when=\(number)+" : "\(what):when=\(number)")
    }
  }

  @Test func aControllerKilledAtACallOfItsJournalGoesOn() async throws {
    let faults = try await places(usually: [1, 2, 9]).flatMap { call, numbers in
      numbers.map { Fault(call: call, what: "signal=SIGKILL", number: $0) }
    }
    let met = try await inLabs(faults, atOnce: KillTests.atOnce, target: LabRun.target) { fault, lab in
      try await withTemporaryDirectory { home in
        let run = try LabRun(home: home, lab: lab)
        let ending = try await run.program.run(run.begin, in: lab, under: fault.line)
        if ending.status == 0 { return false }
        try #require(ending.status == 128 + SIGKILL, "\(fault): \(ending.status) \(ending.complaint)")
        _ = try await run.finish(keeping: try run.stored()?.observations ?? [], "\(fault)")
        return true
      }
    }
    print("killed at \(met.count { $0 }) calls of \(faults.count) tried")
    #expect(2 * met.count { $0 } >= met.count)
  }

  /// The load stops, the message says why, and the run goes on once the disk is well again.
  @Test func aDiskThatFailsAtACallOfTheJournalStopsTheLoad() async throws {
    let places = try await places(usually: [1, 6])
    let faults = Self.errors.flatMap { call, error in
      (places[call] ?? []).map { Fault(call: call, what: "error=\(error)", number: $0) }
    }
    let met = try await inLabs(faults, atOnce: KillTests.atOnce, target: LabRun.target) { fault, lab in
      try await withTemporaryDirectory { home in
        let run = try LabRun(home: home, lab: lab)
        let ending = try await run.program.run(run.begin, in: lab, under: fault.line)
        if ending.status == 0 { return false }
        #expect(ending.status == 74, "\(fault): \(ending.status) \(ending.output)\(ending.complaint)")
        let words = fault.what.contains("ENOSPC") ? "No space left on device" : "Input/output error"
        #expect(ending.complaint.contains(words), "\(fault): \(ending.complaint)")
        // An agent that loses its controller stops within a second.
        try await Task.sleep(for: .seconds(1))
        let served = try AccessLog(lab).lines.count
        try await Task.sleep(for: .seconds(1))
        #expect(try AccessLog(lab).lines.count == served, "\(fault): requests came after the program had ended")
        _ = try await run.finish(keeping: try run.stored()?.observations ?? [], "\(fault)")
        return true
      }
    }
    print("failed at \(met.count { $0 }) calls of \(faults.count) tried")
    #expect(2 * met.count { $0 } >= met.count)
  }

  /// Which of its calls to meet: all that a thread of a run makes, or some.
  private func places(usually some: [Int]) async throws -> [String: [Int]] {
    guard Strace.isThorough else { return Dictionary(uniqueKeysWithValues: Self.calls.map { ($0, some) }) }
    return try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: LabRun.target)) { lab in
        let run = try LabRun(home: home, lab: lab)
        let trace = home + "/trace"
        let ending = try await run.program.run(run.begin, in: lab, under: Strace.line(Self.calls, output: trace))
        #expect(ending.status == 0, "\(ending.complaint)")
        var counts: [String: [Substring: Int]] = [:]
        for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
          let words = line.split(separator: " ", omittingEmptySubsequences: true)
          guard words.count > 1, let call = Self.calls.first(where: { words[1].hasPrefix($0 + "(") }) else { continue }
          counts[call, default: [:]][words[0], default: 0] += 1
        }
        print("calls of a run: \(counts.mapValues { $0.values.sorted(by: >) })")
        return counts.mapValues { Array(1...($0.values.max() ?? 1)) }
      }
    }
  }
}
