internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// The live table of hosts, on a terminal of its own (made by script(1)), and what stands in its place elsewhere.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct LiveHostsTests {
  /// A host that works, one whose server never speaks, and one at which the login hangs: its ssh-agent never answers.
  private func withHosts(_ body: (LabDescription, Program, _ arguments: [String]) async throws -> Void) async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free)) { lab in
        let server = try SilentServer()
        let agent = try SilentServer(path: home + "/agent")
        let (good, hung) = (lab.hosts[0], lab.hosts[1])
        let inventory = try write(
          """
          defaults: { user: "\(lab.user)", known_hosts: "\(lab.files.knownHosts)", ssh_config: none }
          hosts:
            good: { address: \(good.address), port: \(good.port), identity_file: "\(lab.files.identity)" }
            mute: { address: 127.0.0.1, port: \(server.port) }
            login: { address: \(hung.address), port: \(hung.port), identity_agent: "\(home)/agent" }

          """, to: "hosts.yaml", in: home)
        let options = ["--connect-timeout", "3", "--auth-timeout", "3", "--hosts", inventory]
        try await body(lab, try Program(home: home, lab: lab), ["hosts", "check"] + options)
        withExtendedLifetime((server, agent)) {}
      }
    }
  }

  @Test func aTerminalShowsWhatIsBeingDoneWithEveryHost() async throws {
    try await withHosts { lab, program, arguments in
      let product = try #require(BuiltProduct.path("parallax"))
      let line = try lab.entering([product] + arguments).map { "'\($0)'" }.joined(separator: " ")
      let child = try ChildProcess(
        "/usr/bin/script", ["-q", "-e", "-c", line, "/dev/null"],
        environment: program.environment.merging(["TERM": "xterm"]) { $1 })
      let status = try await child.exitStatus(within: 30)
      let screen = child.outputText
      #expect(status == 69 || status == 77, "\(screen)")
      // Drawn at least once while both hung, each in the state that is its own.
      #expect(screen.contains(/mute +connecting +[0-9.]+ s\s+login +authenticating +[0-9.]+ s/), "\(screen)")
      #expect(screen.contains(/good +ready/), "\(screen)")
      #expect(!screen.contains(/mute +authenticating/), "\(screen)")
      // The failures stay on the screen, and the table of results follows.
      #expect(screen.contains("mute: failed:") && screen.contains("login: failed:"), "\(screen)")
      #expect(screen.contains("clock offset"), "\(screen)")
    }
  }

  @Test func elsewhereThereArePlainLines() async throws {
    try await withHosts { lab, program, arguments in
      let ending = try await program.run(arguments, in: lab)
      #expect(ending.complaint.contains("good: ready"), "\(ending.complaint)")
      #expect(ending.complaint.contains("mute: failed:") && ending.complaint.contains("login: failed:"))
      #expect(!ending.complaint.contains("\u{1b}") && !ending.complaint.contains("authenticating"))
    }
  }
}
