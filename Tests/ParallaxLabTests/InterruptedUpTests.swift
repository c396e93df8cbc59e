internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// `up` killed outright at several points of its work; `down` then removes all of it.
@Suite(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"), .serialized)
struct InterruptedUpTests {
  /// Words of the state file: `up` dies soon after it has recorded them.
  static let moments = ["\"id\"", "sshd lab1", "sshd lab3", "nginx\"", "\"isComplete\" : true"]

  @Test(arguments: moments)
  func downAfterKill(_ moment: String) async throws {
    try await killAndTakeDown(LabConfiguration(ports: .free), at: moment)
  }

  @Test(
    .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"),
    arguments: moments)
  func downAfterKillWithNamespaces(_ moment: String) async throws {
    try await killAndTakeDown(LabConfiguration(mode: .namespaces), at: moment)
  }

  private func killAndTakeDown(_ configuration: LabConfiguration, at moment: String) async throws {
    try await withTemporaryDirectory { parent in
      let directory = parent + "/lab"
      let isLoopback = configuration.mode == .loopback
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [directory = directory as String, moment = moment as String, isLoopback = isLoopback as Bool] in
        Thread {
          let configuration = LabConfiguration(mode: isLoopback ? .loopback : .namespaces, ports: .free)
          _ = try? Lab.up(configuration, directory: directory)
        }.start()
        while !stateOfLab(directory).contains(moment) { await Task.yield() }
        kill(getpid(), SIGKILL)
      }
      let id = try Lab.status(directory: directory).lab.id
      try await blocking { try Lab.down(directory: directory) }
      let leftovers = try Leftovers(directory: directory, id: id)
      #expect(leftovers.isEmpty, "\(leftovers)")
    }
  }
}

private func stateOfLab(_ directory: String) -> String {
  (try? String(contentsOfFile: LabFiles(directory: directory).state, encoding: .utf8)) ?? ""
}
