internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// Limiters of real servers whose truth is known, through the real controller and real agents: three client addresses,
/// every limiter in a network namespace of its own.
@Suite(.serialized, .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
struct KnownLimiterTests {
  /// How many run at once: they wait most of the time, but what is measured is time.
  static let width = 8

  @Test func whatRealLimitersAreKeyedOnIsFound() async throws {
    let only = ProcessInfo.processInfo.environment["PARALLAX_KNOWN_LIMITERS"]
    let limiters = try KnownLimiter.all().filter { limiter in only.map { limiter.name.contains($0) } ?? true }
    let outcomes = try await severalAtOnce(limiters, width: Self.width) { try await outcome(of: $0) }
    print(outcomes.map(\.line).joined(separator: "\n"))
    let algorithms = outcomes.compactMap(\.algorithmIsRight)
    let kinds = outcomes.compactMap(\.kindIsRight)
    print(
      """
      scope right \(outcomes.count { $0.scope == .right }), wrong \(outcomes.count { $0.scope == .wrong }), \
      open \(outcomes.count { $0.scope == .open }) of \(outcomes.count); \
      kind right \(kinds.count { $0 }) of \(kinds.count); \
      algorithm right \(algorithms.count { $0 }) of \(algorithms.count) named
      """)
    #expect(outcomes.filter { $0.scope == .wrong }.map(\.line) == [])
    #expect(outcomes.count { $0.scope == .right } >= limiters.count - 2)
  }

  private func outcome(of limiter: KnownLimiter) async throws -> Outcome {
    let program = try #require(BuiltProduct.path("parallax"), "parallax is built beside the tests")
    return try await withTemporaryDirectory { home in
      try await withTemporaryDirectory { served in
        // Servers drop their rights, and must still find their files.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: served)
        return try await LimiterServer.running(limiter, directory: served) { server in
          try limiter.plan(url: "http://\(LimiterServer.address):\(LimiterServer.port)").write(
            toFile: home + "/plan.yaml", atomically: true, encoding: .utf8)
          try Self.inventory.write(toFile: home + "/hosts.yaml", atomically: true, encoding: .utf8)
          let line = server.entering([
            program, "run", "--json", "--yes", "--quiet", "--seed", "7", "--recover", "30", "--hosts",
            home + "/hosts.yaml", home + "/plan.yaml",
          ])
          let environment = UserEnvironment.variables(home: home).merging(KnownLimiter.keys) { $1 }
          let child = try ChildProcess(line[0], Array(line.dropFirst()), environment: environment)
          child.closeInput()
          _ = try #require(try await child.exitStatus(within: 480), "\(limiter.name) does not end: \(child.errorText)")
          return Outcome(
            limiter: limiter,
            said: try? JSONDecoder().decode(Outcome.Said.self, from: Data(child.outputText.utf8)),
            complaint: child.errorText)
        }
      }
    }
  }

  /// The first two lie in the same /28.
  private static let inventory = """
    defaults: { transport: local }
    hosts:
      client1: { source_addresses: [127.0.0.11] }
      client2: { source_addresses: [127.0.0.12] }
      client3: { source_addresses: [127.0.0.27] }

    """
}
