internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// A known limiter that runs in a network namespace of its own, which ends with it.
struct LimiterServer {
  static let address = "127.0.0.1"
  static let port = 8080

  let process: ChildProcess

  /// Runs it, passes it to the body as soon as it listens, and ends it.
  static func running<T>(
    _ limiter: KnownLimiter, directory: String, _ body: (LimiterServer) async throws -> T
  ) async throws -> T {
    let python = FileManager.default.currentDirectoryPath + "/.build/python"
    let server = LimiterServer(
      process: try ChildProcess(
        "/usr/bin/unshare",
        [
          "--net", "/bin/bash", "-c", "ip link set lo up && exec \"$@\"", "serve",
          KnownLimiter.directory + "/serve", limiter.name, address, String(port), directory,
        ],
        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "PYTHON_ENVIRONMENT": python]))
    let result: Result<T, any Error>
    do {
      try await server.waitUntilItListens()
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    server.process.signal(SIGTERM)
    _ = try await server.process.exitStatus(within: 10)
    return try result.get()
  }

  /// A command line that runs in its namespace.
  func entering(_ line: [String]) -> [String] { ["/usr/bin/nsenter", "--net", "--target", "\(process.pid)"] + line }

  private func waitUntilItListens() async throws {
    // The loopback of the namespace must be up first, so all of it is asked again and again.
    let script = "until (exec 3<>/dev/tcp/\(Self.address)/\(Self.port)) 2>/dev/null; do sleep 0.05; done"
    let deadline = ContinuousClock.now + .seconds(40)
    while true {
      let line = entering(["/bin/bash", "-c", script])
      let probe = try ChildProcess(line[0], Array(line.dropFirst()))
      if try await probe.exitStatus(within: 1) == 0 { return }
      probe.signal(SIGKILL)
      try #require(ContinuousClock.now < deadline, "the limiter does not listen: \(process.errorText)")
    }
  }
}
