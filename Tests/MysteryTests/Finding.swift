internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// What Parallax says of a scenario.
struct Finding: Sendable {
  private struct Said: Decodable {
    struct Cause: Decodable {
      var cause: String
      var posterior: Double
      var because: String
      var next: String
    }
    struct Inconclusive: Decodable {
      var because: String
      var toSettle: String
    }
    var status: String
    var causes: [Cause]
    var inconclusive: Inconclusive?
    var requestsSent: Int
    var durationS: Double
  }

  let scenario: Scenario
  private let said: Said?
  private let complaint: String

  /// The cause that leads.
  var leading: String? { said?.causes.first?.cause }
  var isRight: Bool { leading == scenario.cause }
  /// Nothing was limited at the reference's only request.
  var passedAtFirst: Bool { leading == "none" && said?.causes.first?.because.contains(" x a1 (1 of 1)") == true }
  var isDecided: Bool { said.map { $0.status == "determined" || $0.status == "no_limit_observed" } ?? false }
  var isWrong: Bool { isDecided && !isRight }
  /// What to do about the leading cause.
  var next: String { said?.causes.first?.next ?? "" }

  /// A line of the table.
  var line: String {
    guard let said else { return "\(scenario.name): failed: \(complaint)" }
    let causes = said.causes.prefix(3).map { String(format: "%@ %.2f", $0.cause, $0.posterior) }.joined(separator: ", ")
    let cost = String(format: "%3d requests %5.1f s", said.requestsSent, said.durationS)
    let verdict = isWrong ? "WRONG" : !isRight ? "not named" : isDecided ? "decided" : "leads"
    return "\(scenario.name) | \(verdict) | \(cost) | \(causes)"
  }

  /// Runs the program on hosts of this machine, as a user would.
  static func ask(about scenario: Scenario, at server: ScenarioServer) async throws -> Finding {
    let program = try #require(BuiltProduct.path("parallax"), "parallax is built beside the tests")
    return try await withTemporaryDirectory { home in
      try scenario.plan(url: server.url).write(toFile: home + "/plan.yaml", atomically: true, encoding: .utf8)
      try scenario.inventory.write(toFile: home + "/hosts.yaml", atomically: true, encoding: .utf8)
      let environment = UserEnvironment.variables(home: home).merging(Scenario.keyValues) { $1 }
      let child = try ChildProcess(
        program,
        [
          "triage", "--json", "--yes", "--mystery", String(scenario.seconds), "--hosts", home + "/hosts.yaml",
          home + "/plan.yaml",
        ], environment: environment)
      child.closeInput()
      try await waitForFirstRequests(of: child)
      try server.begin()
      _ = try #require(try await child.exitStatus(within: scenario.seconds + 60), "it does not end: \(child.errorText)")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return Finding(
        scenario: scenario, said: try? decoder.decode(Said.self, from: Data(child.outputText.utf8)),
        complaint: child.errorText)
    }
  }

  /// Until the agents are on their hosts and the first requests leave.
  private static func waitForFirstRequests(of child: ChildProcess) async throws {
    for _ in 0..<6000 {
      if child.errorText.contains("one request per cell") { return }
      if try await child.exitStatus(within: 0.01) != nil { return }
    }
  }
}
