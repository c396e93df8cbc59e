internal import Foundation
internal import Glibc
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Links and hosts that go away, at every stage.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct LinkFaultTests {
  /// Bytes from the controller after which the link is cut: none, within the key exchange, with the session open (its
  /// set-up takes some 4 kB), and within the upload.
  private func cut(after bytes: Int, saying words: String) async throws {
    try await FaultyFleet.with { fleet in
      let (relay, inventory) = try await fleet.relay("cut", bytes)
      defer { relay.signal(SIGKILL) }
      let ending = try await fleet.run(inventory, ["--connect-timeout", "3"])
      try fleet.expect(ending, [69, 77], saying: fleet.victim.name, words)
    }
  }

  @Test func aHostThatDropsEveryConnection() async throws { try await cut(after: 0, saying: "during the handshake") }
  @Test func aLinkCutDuringTheHandshake() async throws { try await cut(after: 300, saying: "the handshake") }
  @Test func aLinkCutDuringAuthentication() async throws { try await cut(after: 2000, saying: "closed") }
  @Test func aLinkCutDuringTheUpload() async throws { try await cut(after: 1_000_000, saying: "closed") }

  @Test func aSlowLink() async throws {
    try await FaultyFleet.with { fleet in
      // Put there over the fast link first.
      let deployed = try await fleet.program.run(["deploy", "--hosts", fleet.lab.files.inventory], in: fleet.lab)
      #expect(deployed.status == 0, "\(deployed.complaint)")
      let (relay, inventory) = try await fleet.relay("slow", 30_000)
      defer { relay.signal(SIGKILL) }
      try fleet.expect(try await fleet.run(inventory, within: 60), [0, 3])
    }
  }

  @Test func aLinkThatLosesSegments() async throws {
    try await FaultyFleet.with { fleet in
      let (relay, inventory) = try await fleet.relay("stalling")
      defer { relay.signal(SIGKILL) }
      try fleet.expect(try await fleet.run(inventory, within: 60), [0, 3])
    }
  }

  @Test func aLinkCutDuringTheRun() async throws {
    try await FaultyFleet.with { fleet in
      let (relay, inventory) = try await fleet.relay("none")
      defer { relay.signal(SIGKILL) }
      try fleet.expectLoss(try await fleet.run(inventory, after: 20) { _ in relay.signal(SIGUSR1) })
    }
  }

  @Test func aLinkThatFallsSilentDuringTheRun() async throws {
    try await FaultyFleet.with { fleet in
      let (relay, inventory) = try await fleet.relay("none")
      defer { relay.signal(SIGKILL) }
      try fleet.expectLoss(try await fleet.run(inventory, after: 20) { _ in relay.signal(SIGUSR2) })
      // What the far side does not know yet, it learns now.
      relay.signal(SIGKILL)
    }
  }

  @Test func anAgentThatIsKilled() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in signalAgents(of: fleet, SIGKILL) }
      try fleet.expectLoss(ending)
    }
  }

  /// It cannot even end when its link does: the controller sees to that.
  @Test func anAgentThatIsStopped() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in signalAgents(of: fleet, SIGSTOP) }
      try fleet.expectLoss(ending)
    }
  }

  @Test func theReferenceItselfIsLost() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in
        for pid in fleet.agents() where !fleet.agents(ofVictim: true).contains(pid) { kill(pid, SIGKILL) }
      }
      try fleet.expect(ending, [3], saying: fleet.lab.hosts[0].name)
    }
  }

  @Test func allAgentsAreLost() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in
        for pid in fleet.agents() { kill(pid, SIGKILL) }
      }
      try fleet.expect(ending, [3], saying: fleet.lab.hosts[0].name)
    }
  }

  /// A whole sshd with its sessions goes, as at a reboot.
  @Test func anSSHServerThatGoesDownWithItsSessions() async throws {
    try await FaultyFleet.with { fleet in
      let daemon = try sshd(of: fleet)
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in
        for pid in descendants(of: daemon).reversed() + [daemon] { kill(pid, SIGKILL) }
      }
      try fleet.expectLoss(ending)
    }
  }

  /// Only the listener goes, as when sshd is restarted: sessions live on.
  @Test func anSSHServerThatIsRestarted() async throws {
    try await FaultyFleet.with { fleet in
      let daemon = try sshd(of: fleet)
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in kill(daemon, SIGTERM) }
      try fleet.expect(ending, [0])
    }
  }

  @Test(.enabled(if: ToolRequirement.namespaces.isMetOrMandatory)) func aCableThatIsPulled() async throws {
    try await FaultyFleet.with(mode: .namespaces) { fleet in
      let namespace = try #require(fleet.victim.namespace)
      let ending = try await fleet.run(fleet.lab.files.inventory, after: 20) { _ in
        let down = try ChildProcess("/usr/sbin/ip", ["-n", namespace, "link", "set", "eth0", "down"])
        #expect(try await down.exitStatus(within: 5) == 0)
      }
      try fleet.expectLoss(ending)
      // Nothing tells the agent on the far side of the cut, for sshd waits for hours: it leaves by itself, a minute after
      // its controller's last word.
      let cut = ContinuousClock.now
      #expect(!fleet.agents(ofVictim: true).isEmpty, "the cut must not end the agent")
      while !fleet.agents(ofVictim: true).isEmpty, cut.duration(to: .now) < .seconds(75) {
        try await Task.sleep(for: .milliseconds(200))
      }
      #expect(fleet.agents(ofVictim: true).isEmpty, "an orphan on the far side of the cut")
    }
  }

  @Test func aRunThatTakesTooLong() async throws {
    try await FaultyFleet.with { fleet in
      let ending = try await fleet.run(fleet.lab.files.inventory, ["--run-timeout", "1"])
      try fleet.expect(ending, [105], saying: "--run-timeout")
    }
  }

  /// The only place is taken by a connection that says nothing, and becomes free a second later.
  @Test(arguments: [true, false]) func aServerThatTakesNoFurtherConnection(becomesFree: Bool) async throws {
    try await FaultyFleet.with { fleet in
      let port = try freePort()
      let configuration = try String(
        contentsOfFile: "\(fleet.lab.directory)/hosts/\(fleet.victim.name)/sshd_config", encoding: .utf8)
      let changed = configuration.replacing(/(?m)^Port .*$/, with: "Port \(port)")
        .replacing(/(?m)^ListenAddress .*$/, with: "ListenAddress 127.0.0.1")
        .replacing(/(?m)^MaxStartups .*$/, with: "MaxStartups 1:100:1")
      let path = try write(changed, to: "sshd_config", in: fleet.home)
      let server = try ChildProcess("/usr/sbin/sshd", ["-D", "-f", path, "-E", fleet.home + "/sshd.log"])
      defer { server.signal(SIGTERM) }
      try #require(try await waitForListener("127.0.0.1", port: port))
      // The probe of the listener takes the place for a moment, too.
      try await Task.sleep(for: .milliseconds(300))
      let idle = try ChildProcess(
        "/usr/bin/python3",
        [
          "-c",
          "import socket, time; s = socket.create_connection(('127.0.0.1', \(port))); time.sleep(\(becomesFree ? 1.5 : 60))",
        ])
      defer { idle.signal(SIGKILL) }
      try await Task.sleep(for: .milliseconds(300))
      let ending = try await fleet.run(try fleet.inventory(sshAt: port), ["--connect-timeout", "4"])
      if becomesFree {
        try fleet.expect(ending, [0])
      } else {
        try fleet.expect(ending, [69], saying: "MaxStartups")
      }
    }
  }

  // MARK: -

  private func signalAgents(of fleet: FaultyFleet, _ number: Int32) {
    let agents = fleet.agents(ofVictim: true)
    #expect(agents.count == 1)
    for pid in agents { kill(pid, number) }
  }

  private func sshd(of fleet: FaultyFleet) throws -> Int32 {
    let processes = try Lab.status(directory: fleet.lab.directory).processes
    return try #require(processes.first { $0.role == "sshd \(fleet.victim.name)" }?.pid)
  }

  private func descendants(of pid: Int32) -> [Int32] {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
    let children = text.split(separator: " ").compactMap { Int32($0) }
    return children + children.flatMap(descendants)
  }
}
