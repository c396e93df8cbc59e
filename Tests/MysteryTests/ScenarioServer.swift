internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// A scenario that is being served, by servers that end with it.
struct ScenarioServer {
  private static let address = "127.0.0.1"

  let process: ChildProcess
  let url: String

  /// Serves it, passes it to the body when its history is made, and ends it.
  static func serving<T>(_ scenario: Scenario, _ body: (ScenarioServer) async throws -> T) async throws -> T {
    try await withTemporaryDirectory { directory in
      // Servers drop their rights, and must still find their files.
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
      let ports = [try freePort(on: address), try freePort(on: address)]
      let files = try #require(Bundle.module.path(forResource: "Scenarios", ofType: nil))
      let server = ScenarioServer(
        process: try ChildProcess(
          "/bin/bash", [files + "/serve", scenario.name, address] + ports.map(String.init) + [directory],
          environment: [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "PYTHON_ENVIRONMENT": FileManager.default.currentDirectoryPath + "/.build/python",
          ]),
        url: "http://\(address):\(ports[0])/")
      let result: Result<T, any Error>
      do {
        try await server.waitUntilReady()
        result = .success(try await body(server))
      } catch {
        result = .failure(error)
      }
      server.process.closeInput()
      _ = try await server.process.exitStatus(within: 10)
      return try result.get()
    }
  }

  private func waitUntilReady() async throws {
    for _ in 0..<4000 {
      if process.outputText.contains("ready") { return }
      let ended = try await process.exitStatus(within: 0.01)
      try #require(ended == nil, "the servers ended: \(process.errorText)")
    }
    Issue.record("the servers are not ready after 40 s: \(process.errorText)")
  }

  /// Tells the other clients that the measurement begins.
  func begin() throws { try process.write("begun\n") }
}
