internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore
internal import ParallaxTestSupport
internal import Testing

/// A disk that is really full stops the load: status 74, a message that says what to do, and everything that was
/// acknowledged is kept.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct DiskFailureTests {
  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 20)

  @Test(.enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
  func aFullDiskStopsTheLoadAndTheRunGoesOnOnceThereIsRoom() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        // A store of 12 KB, seen by this process alone; what it holds at the end is brought out.
        let script = """
          mkdir -p \(program.store) && mount -t tmpfs -o size=12k none \(program.store) || exit 99
          "$@"; status=$?
          cp -a \(program.store) \(home)/kept; exit $status
          """
        let ending = try await program.run(
          VerdictTests.arguments(lab), in: lab,
          under: ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh"])
        #expect(ending.status == 74, "\(ending.output)\(ending.complaint)")
        #expect(ending.complaint.contains("No space left on device"), "\(ending.complaint)")
        #expect(ending.complaint.contains("parallax resume"), "\(ending.complaint)")
        try await expectStopped(RunStore(directory: home + "/kept"), lab)
        let resumed = try await program.run(
          [
            "resume", "--json", "--yes", "--quiet", "--store", home + "/kept", "--hosts", lab.files.inventory, "latest",
          ],
          in: lab)
        #expect(resumed.status == 0, "\(resumed.output)\(resumed.complaint)")
        let limiters = try resumed.json()["limiters"] as? [[String: Any]]
        #expect(limiters?.map { $0["scope"] as? [String] } == [["account"]], "\(resumed.output)")
      }
    }
  }

  /// Nothing is sent any more, and all but what was under way is recorded.
  private func expectStopped(_ store: RunStore, _ lab: LabDescription) async throws {
    let served = try AccessLog(lab).lines.count
    let run = try store.loadRun(try #require(try store.listRuns().first).id)
    let kept = run.observations.count { $0.reading != .void(.notSent) }
    #expect(kept > 0)
    #expect(kept <= served && served - kept <= 60, "\(kept) requests are kept, the server saw \(served)")
    try await Task.sleep(for: .seconds(1))
    #expect(try AccessLog(lab).lines.count == served, "requests came after the program had ended")
  }
}
