internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// What a user sees while a run goes on, on a terminal of its own and without one.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct LiveProgressTests {
  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 12)

  @Test func aTerminalShowsStageAnswerRequestsTimeLeftAndHosts() async throws {
    let screen = try await watch(columns: 80)
    for sight in [
      /of 500 requests · at most 5:00 left · one request per cell/,
      /of 500 requests · at most [45]:\d\d left · exhaust/,
      /waiting 0:0\d: let the buckets fill up again/, /keyed on account with probability \d\d\.\d %/,
      /hosts: lab\d ready, lab\d ready/,
    ] {
      #expect(screen.contains(sight), "\(screen)")
    }
    // The lines are drawn over each other, and gone before the result is printed.
    #expect(screen.contains("\u{1b}[J"))
    let last = try #require(screen.range(of: "\u{1b}[J", options: .backwards))
    #expect(screen[last.upperBound...].contains("The rate limit is keyed on the account"), "\(screen)")
    #expect(!screen[last.upperBound...].contains("requests ·"), "\(screen)")
  }

  /// No line is wider than a narrow terminal, where it would wrap and could not be drawn over.
  @Test func aNarrowTerminalCutsTheLines() async throws {
    let screen = try await watch(columns: 40)
    let drawn = screen.split(separator: /[\r\n]|\u{1b}\[[0-9]*[A-Z]/).filter { $0.contains("requests ·") }
    #expect(!drawn.isEmpty)
    #expect(drawn.allSatisfy { $0.count < 40 }, "\(drawn)")
  }

  @Test func aPipeGetsPlainLines() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let ending = try await Program(home: home, lab: lab).run(
          ["run", "--yes", "--hosts", lab.files.inventory, lab.files.plan], in: lab)
        #expect(ending.status == 0, "\(ending.complaint)")
        #expect(!ending.complaint.contains("\u{1b}") && !ending.output.contains("\u{1b}"))
        let lines = ending.complaint.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("exhaust: ") && $0.hasSuffix(" of 500 requests") }, "\(lines)")
      }
    }
  }

  /// All that the program writes to a terminal of so many columns.
  private func watch(columns: Int) async throws -> String {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        var program = try Program(home: home, lab: lab)
        program.environment["TERM"] = "xterm"
        let path = try #require(BuiltProduct.path("parallax"), "parallax is built beside the tests")
        let command = "stty cols \(columns); exec \(path) run --yes --hosts \(lab.files.inventory) \(lab.files.plan)"
        let child = try ChildProcess(
          "/usr/bin/script", ["-qec", command, "/dev/null"], environment: program.environment)
        let status = try await child.exitStatus(within: 60)
        #expect(status == 0, "\(child.outputText)\(child.errorText)")
        return child.outputText
      }
    }
  }
}
