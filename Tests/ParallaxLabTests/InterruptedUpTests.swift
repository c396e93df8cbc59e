internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// `parallax lab up` killed or failing half-way: nothing of it stays.
@Suite(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"), .serialized)
struct InterruptedUpTests {
  /// Words of the state file: `up` is killed as soon as they are in it.
  static let moments = ["\"id\"", "sshd lab1", "sshd lab3", "nginx\"", "\"isComplete\" : true"]

  @Test(arguments: moments)
  func downAfterKill(_ moment: String) async throws {
    try await killAndTakeDown(["--free-ports"], at: moment)
  }

  @Test(
    .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"),
    arguments: moments)
  func downAfterKillWithNamespaces(_ moment: String) async throws {
    try await killAndTakeDown(["--namespaces"], at: moment)
  }

  @Test func aFailureHalfWayRemovesWhatWasBegun() async throws {
    try await withTemporaryDirectory { parent in
      let nginx = parent + "/nginx"
      try "#!/bin/sh\necho no luck today\nexit 1\n".write(toFile: nginx, atomically: true, encoding: .utf8)
      chmod(nginx, 0o755)
      let up = try ChildProcess(
        try Self.parallax(), ["lab", "up", "--directory", parent + "/lab", "--free-ports"],
        environment: ["PATH": parent + ":/usr/bin:/bin"])
      let status = try await up.exitStatus(within: 60)
      #expect(status == 69)
      #expect(up.errorText.contains("nginx ended instead of listening (no luck today)"), "\(up.errorText)")
      let leftovers = try Leftovers(directory: parent + "/lab", id: nil)
      #expect(leftovers.isEmpty, "\(leftovers)")
    }
  }

  private func killAndTakeDown(_ options: [String], at moment: String) async throws {
    try await withTemporaryDirectory { parent in
      let directory = parent + "/lab"
      let up = try ChildProcess(try Self.parallax(), ["lab", "up", "--directory", directory] + options)
      let state = LabFiles(directory: directory).state
      let deadline = Deadline(seconds: 60)
      while (try? String(contentsOfFile: state, encoding: .utf8))?.contains(moment) != true, !deadline.isOver {
        try await Task.sleep(for: .milliseconds(1))
      }
      up.signal(SIGKILL)
      try #require(try await up.exitStatus(within: 5) != nil)

      let id = try Lab.status(directory: directory).lab.id
      try await blocking { try Lab.down(directory: directory) }
      let leftovers = try Leftovers(directory: directory, id: id)
      #expect(leftovers.isEmpty, "\(leftovers)")
    }
  }

  private static func parallax() throws -> String {
    try #require(BuiltProduct.path("parallax"), "build the products too: scripts/test does")
  }
}
