internal import Foundation
internal import Glibc
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// A lab whose last host has a fault, and what must hold whatever the fault: no wrong verdict, no hang, nothing left
/// running, and never more requests than the budget.
///
/// The truth is one bucket for every address, of 41 requests: at forty a second, the climb to it takes a second.
struct FaultyFleet {
  static let budget = 500
  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 60, seconds: 60), burst: 40)

  let lab: LabDescription
  let program: Program
  let home: String

  /// The host with the fault.
  var victim: LabHost { lab.hosts[lab.hosts.count - 1] }
  /// Where the agents of the victim are, whichever way it is reached.
  var victimFolders: [String] { [home + "/victim", lab.directory + "/hosts/\(victim.name)"] }

  static func with(
    hosts: Int = 2, mode: LabMode = .loopback, _ body: (FaultyFleet) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      let configuration = LabConfiguration(mode: mode, hosts: hosts, ports: .free, target: target)
      try await withLab(configuration) { lab in
        try FileManager.default.createDirectory(atPath: home + "/victim", withIntermediateDirectories: true)
        let fleet = FaultyFleet(lab: lab, program: try Program(home: home, lab: lab), home: home)
        try await body(fleet)
        try await fleet.expectNoOrphans()
      }
    }
  }

  // MARK: Inventories

  /// The lab's inventory with another line for the victim.
  func inventory(victim line: String) throws -> String {
    let own = try String(contentsOfFile: lab.files.inventory, encoding: .utf8)
    let lines = own.split(separator: "\n").map { $0.hasPrefix("  \(victim.name):") ? line : String($0) }
    return try write(lines.joined(separator: "\n") + "\n", to: "hosts.yaml", in: home)
  }

  /// The victim behind the command transport, with a fault of `host.py`.
  func inventory(hostWith fault: String, extra: String = "") throws -> String {
    let words = ["/usr/bin/python3", Scripts.host, home + "/victim", fault, "{agent}"].map { "\"\($0)\"" }
    return try inventory(
      victim: "  \(victim.name): { transport: command, command: [\(words.joined(separator: ", "))]\(source)\(extra) }")
  }

  /// The victim at another port, with the host key that it has.
  func inventory(sshAt port: Int) throws -> String {
    let known = try String(contentsOfFile: lab.files.knownHosts, encoding: .utf8)
    let key = try #require(known.split(separator: "\n").first { $0.contains(victim.address + "]") })
    let rest = key.split(separator: " ").dropFirst().joined(separator: " ")
    _ = try write(known + "[127.0.0.1]:\(port) \(rest)\n", to: "known_hosts", in: home)
    return try inventory(
      victim: "  \(victim.name): { address: 127.0.0.1, port: \(port), known_hosts: \"\(home)/known_hosts\"\(source) }")
  }

  private var source: String { lab.mode == .loopback ? ", source_addresses: [\(victim.address)]" : "" }

  /// A link to the victim that goes through `relay.py`.
  func relay(_ fault: String, _ number: Int = 0) async throws -> (process: ChildProcess, inventory: String) {
    let port = try freePort()
    let process = try ChildProcess(
      "/usr/bin/python3",
      [Scripts.relay, "\(port)", victim.address, "\(victim.port)", fault, "\(number)"])
    try #require(try await waitForListener("127.0.0.1", port: port), "\(process.errorText)")
    return (process, try inventory(sshAt: port))
  }

  // MARK: Runs

  /// The lab's plan, at forty requests a second.
  func plan() throws -> String {
    let own = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
    let paced = own.replacing(/rate: [0-9.]+\/s/, with: "rate: 40/s")
    return try write(paced, to: "plan.yaml", in: home)
  }

  func run(_ inventory: String, _ options: [String] = [], within seconds: Double = 40) async throws -> Program.Ending {
    try await program.run(try arguments(inventory, options), in: lab, within: seconds)
  }

  /// Starts a run, and does something to it once so many requests have been seen.
  func run(
    _ inventory: String, after requests: Int, within seconds: Double = 60, _ act: (ChildProcess) async throws -> Void
  ) async throws -> Program.Ending {
    let child = try program.start(try arguments(inventory, []), in: lab)
    child.closeInput()
    let deadline = ContinuousClock.now + .seconds(20)
    while requestCount < requests, ContinuousClock.now < deadline {
      if try await child.exitStatus(within: 0.02) != nil { break }
    }
    try #require(requestCount >= requests, "the run sent \(requestCount) requests: \(child.errorText)")
    try await act(child)
    let status = try await child.exitStatus(within: seconds)
    return Program.Ending(
      status: try #require(status, "it hangs: \(child.errorText)"), output: child.outputText,
      complaint: child.errorText)
  }

  private func arguments(_ inventory: String, _ options: [String]) throws -> [String] {
    ["run", "--json", "--yes", "--mystery", "0", "--hosts", inventory] + options + [try plan()]
  }

  var requestCount: Int { (try? AccessLog(lab).lines.count) ?? 0 }

  // MARK: What must hold

  /// - Parameters:
  ///   - statuses: the exit codes that are right.
  ///   - words: what the verdict or a message must say.
  func expect(_ ending: Program.Ending, _ statuses: [Int32], saying words: String...) throws {
    let said = ending.output + ending.complaint
    #expect(statuses.contains(ending.status), "status \(ending.status): \(said)")
    for word in words { #expect(said.contains(word), "\(word) is not in: \(said)") }
    #expect(requestCount <= Self.budget)
    #expect(!said.contains("\u{1b}") && !said.contains("\u{7}"), "control characters: \(said.debugDescription)")
    if ending.status == 69 || ending.status == 77 { #expect(requestCount == 0, "requests were sent") }
    guard ending.status == 0 else { return }
    let limiters = try #require(try ending.json()["limiters"] as? [[String: Any]])
    #expect(limiters.count == 1 && limiters[0]["scope"] as? [String] == ["ip"], "a wrong verdict: \(ending.output)")
  }

  /// The victim is lost in the middle: the verdict says so, or rests on what was known before.
  func expectLoss(_ ending: Program.Ending) throws {
    try expect(ending, [0, 3], saying: victim.name)
  }

  /// Agents under the folders of this test, which sshd may need a moment to let go.
  func expectNoOrphans() async throws {
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline, !agents().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    #expect(agents().isEmpty, "agents are left running")
    for pid in agents() { kill(pid, SIGKILL) }
  }

  /// Process ids of running agents, of the victim only or of all hosts.
  func agents(ofVictim: Bool = false) -> [Int32] {
    let folders = ofVictim ? victimFolders : [home, lab.directory]
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { pid in
      guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe") else {
        return false
      }
      return program.contains("/agent-") && folders.contains { program.hasPrefix($0 + "/") }
    }
  }

  private enum Scripts {
    static let host = path("host")
    static let relay = path("relay")

    private static func path(_ name: String) -> String {
      Bundle.module.path(forResource: name, ofType: "py", inDirectory: "Scripts") ?? "\(name).py"
    }
  }
}
