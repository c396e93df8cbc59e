internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// A program that dies at any system call of its journal loses nothing that it called durable. strace kills it as it enters
/// the N-th call of a kind, for every N until it lives to its end.
@Suite(.serialized, .enabled(if: Strace.isThereOrMandatory, "\(Strace.reason)"))
struct JournalKillTests {
  static let calls = ["mkdir", "openat", "pwrite64", "fdatasync", "fsync", "flock", "close"]

  @Test(arguments: calls)
  func whatWasAcknowledgedOutlivesEveryCall(call: String) async throws {
    var kills = 0
    for number in 1... {
      let isAlive = try await withTemporaryDirectory { home in
        let program = try #require(BuiltProduct.path("parallax-bench"), "parallax-bench is built beside the tests")
        let line = Strace.line([call], inject: "signal=SIGKILL:when=\(number)") + [program, "append", "--store", home]
        let child = try ChildProcess(
          line[0], Array(line.dropFirst()), environment: UserEnvironment.variables(home: home))
        child.closeInput()
        let status = try #require(try await child.exitStatus(within: 30))
        try #require(status == 0 || status == 128 + SIGKILL, "\(call) \(number): \(status) \(child.errorText)")
        let durable = child.outputText.split(separator: "\n").last.flatMap { Int($0) }
        try check(RunStore(directory: home), durable: durable, "\(call) \(number)")
        return status == 0
      }
      if isAlive { break }
      kills += 1
    }
    #expect(kills >= Self.least(call), "\(call) was met \(kills) times")
  }

  /// How often the program makes a call at least: it stores eight batches between a manifest and a verdict.
  private static func least(_ call: String) -> Int { ["pwrite64", "fdatasync"].contains(call) ? 10 : 1 }

  private static let failing = [
    ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "ENOSPC"), ("fdatasync", "EIO"), ("fsync", "EIO"),
    ("mkdir", "ENOSPC"), ("flock", "EIO"),
  ]

  /// A call that fails once, and one that fails from then on: what was said to be durable is there.
  @Test(arguments: failing, ["", "+"])
  func whatWasAcknowledgedOutlivesEveryFailure(failing: (call: String, error: String), lasting: String) async throws {
    var failures = 0
    for number in 1... {
      let place = "\(failing.call) \(number)\(lasting): \(failing.error)"
      let status = try await withTemporaryDirectory { home in
        let program = try #require(BuiltProduct.path("parallax-bench"), "parallax-bench is built beside the tests")
        let line =
          Strace.line([failing.call], inject: "error=\(failing.error):when=\(number)\(lasting)")
          + [program, "append", "--store", home]
        let child = try ChildProcess(
          line[0], Array(line.dropFirst()), environment: UserEnvironment.variables(home: home))
        child.closeInput()
        let status = try #require(try await child.exitStatus(within: 30))
        let durable = child.outputText.split(separator: "\n").last.flatMap { Int($0) }
        let words = failing.error == "EIO" ? "Input/output error" : "No space left on device"
        if status != 0 { #expect(child.errorText.contains(words), "\(place): \(child.errorText)") }
        try check(RunStore(directory: home), durable: durable, place)
        return status
      }
      if status == 0 { break }
      failures += 1
      try #require(number < 1000, "\(place) goes on for ever")
    }
    #expect(failures >= Self.least(failing.call), "\(failing.call) was met \(failures) times")
  }

  /// The acknowledged ones are there, in order and unchanged; and the run can be gone on with.
  private func check(_ store: RunStore, durable: Int?, _ place: String) throws {
    guard let id = try store.listRuns().first(where: { $0.problem == nil })?.id else {
      // Killed before its manifest was durable: nothing had been said.
      #expect(durable == nil, "\(place): the run is lost, though it had begun")
      return
    }
    let (journal, run) = try store.reopenRun(id)
    #expect(run.observations.map(\.id) == Array(0..<run.observations.count), "\(place)")
    #expect(run.observations.count >= durable ?? 0, "\(place): \(run.observations.count) of \(durable ?? 0) are left")
    guard let pattern = run.observations.first else { return }
    var next = pattern
    next.id = run.observations.count
    try journal.append([next])
    #expect(try store.loadRun(id).observations == run.observations + [next], "\(place)")
  }

  /// The database of all runs takes the old one's place only when it is whole.
  @Test func aRebuildThatIsKilledLeavesTheOldDatabase() async throws {
    try await withTemporaryDirectory { home in
      let bench = try #require(BuiltProduct.path("parallax-bench"))
      let program = try Program(home: home)
      let made = try ChildProcess(bench, ["append", "--store", program.store], environment: program.environment)
      #expect(try await made.exitStatus(within: 30) == 0, "\(made.errorText)")
      #expect(try await program.run(["runs", "--rebuild"]).status == 0)
      let path = program.store + "/index.sqlite"
      let old = FileManager.default.contents(atPath: path)
      for call in ["rename", "pwrite64", "fdatasync", "unlink"] {
        for number in 1...(Strace.isThorough ? 1000 : 2) {
          let line =
            Strace.line([call], inject: "signal=SIGKILL:when=\(number)")
            + [try #require(BuiltProduct.path("parallax")), "runs", "--rebuild"]
          let child = try ChildProcess(line[0], Array(line.dropFirst()), environment: program.environment)
          let status = try #require(try await child.exitStatus(within: 30))
          if status == 0 { break }
          #expect(FileManager.default.contents(atPath: path) == old, "\(call) \(number), status \(status)")
        }
      }
      #expect(try await program.run(["runs", "--rebuild"]).status == 0)
    }
  }
}
