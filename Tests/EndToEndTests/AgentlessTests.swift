internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Hosts on which nothing may be put: their requests are made here and leave through their SSH servers.
@Suite(
  .serialized, .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
struct AgentlessTests {
  private func withProgram(
    scope: LabLimiter, _ body: (LabDescription, Program, String) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(limiter: scope, rate: LabRate(requests: 60, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(mode: .namespaces, hosts: 2, ports: .free, target: target)) { lab in
        let text = try String(contentsOfFile: lab.files.inventory, encoding: .utf8)
          .replacingOccurrences(of: "defaults:\n", with: "defaults:\n  agent: none\n")
        try await body(lab, try Program(home: home, lab: lab), try write(text, to: "hosts.yaml", in: home))
      }
    }
  }

  @Test(arguments: [LabLimiter(scope: [.ip]), LabLimiter(scope: [.key])])
  func theVerdictIsThatOfAgentsOnTheHosts(limiter: LabLimiter) async throws {
    try await withProgram(scope: limiter) { lab, program, inventory in
      let ending = try await program.run(
        ["run", "--json", "--yes", "--hosts", inventory, lab.files.plan], in: lab)
      #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
      let verdict = try ending.json()
      let limiters = try #require(verdict["limiters"] as? [[String: Any]])
      #expect(limiters.first?["scope"] as? [String] == limiter.scope?.map(\.rawValue))
      #expect("\(verdict["notes"] ?? "")".contains("lower timing quality"), "\(ending.output)")
      // Requests came from the hosts' own addresses, and nothing was put there.
      let clients = Set(try AccessLog(lab).lines.map(\.address))
      #expect(clients == Set(lab.hosts.map(\.address)))
      for host in lab.hosts {
        let left = try FileManager.default.subpathsOfDirectory(atPath: "\(lab.directory)/hosts/\(host.name)/home")
        #expect(left.isEmpty, "\(left)")
      }
    }
  }

  @Test func certificatesAreCheckedByNameAndNothingIsLeft() async throws {
    try await withProgram(scope: LabLimiter(scope: [.ip])) { lab, program, inventory in
      let byName = lab.target.tlsURL.replacingOccurrences(of: lab.target.address, with: lab.target.serverName)
      let before = try relays()
      let ending = try await triage(byName, lab, program, inventory)
      #expect(try AccessLog(lab).lines.isEmpty == false, "\(ending.output)\(ending.complaint)")
      #expect(try AccessLog(lab).lines.allSatisfy { $0.status == 200 })
      // The certificate does not hold this name.
      let count = try AccessLog(lab).lines.count
      let wrong = try await triage(
        lab.target.tlsURL.replacingOccurrences(of: lab.target.address, with: "other.lab"), lab, program, inventory)
      #expect(wrong.status == 69 && wrong.complaint.contains("TLS"), "\(wrong.output)\(wrong.complaint)")
      let byAddress = try await triage(lab.target.tlsURL, lab, program, inventory)
      #expect(byAddress.status == 65 && byAddress.complaint.contains("target's name"), "\(byAddress.complaint)")
      #expect(try AccessLog(lab).lines.count == count)
      #expect(try relays() == before)
    }
  }

  /// With names for the target, which no resolver knows, in an /etc/hosts that only this run sees.
  private func triage(
    _ url: String, _ lab: LabDescription, _ program: Program, _ inventory: String
  ) async throws -> Program.Ending {
    let text = try String(contentsOfFile: lab.files.plan, encoding: .utf8).replacingOccurrences(
      of: "url: \(lab.target.url)", with: "ca_file: \(lab.files.certificateAuthority)\n  url: \(url)")
    let plan = try write(text, to: "tls.yaml", in: program.home)
    let names = try write("\(lab.target.address) \(lab.target.serverName) other.lab\n", to: "hosts", in: program.home)
    let line = try lab.entering(
      [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", names,
        try #require(BuiltProduct.path("parallax")), "triage", "--yes", "--hosts", inventory, plan,
      ])
    let child = try ChildProcess(line[0], Array(line.dropFirst()), environment: program.environment)
    child.closeInput()
    let status = try #require(try await child.exitStatus(within: 60))
    return Program.Ending(status: status, output: child.outputText, complaint: child.errorText)
  }

  @Test func checkAndDeploySayThatNothingIsPutThere() async throws {
    try await withProgram(scope: LabLimiter(scope: [.ip])) { lab, program, inventory in
      let check = try await program.run(["hosts", "check", "--hosts", inventory], in: lab)
      #expect(check.status == 0 && check.output.contains("ssh (no agent)"), "\(check.output)\(check.complaint)")
      let deploy = try await program.run(["deploy", "--hosts", inventory], in: lab)
      #expect(deploy.status == 0 && deploy.output.contains("nothing to put"), "\(deploy.output)\(deploy.complaint)")
    }
  }

  @Test func aSourceAddressCannotBeChosen() async throws {
    try await withTemporaryDirectory { home in
      let inventory = try write(
        "hosts: { a: { agent: none, source_addresses: [10.0.0.1] } }", to: "hosts.yaml", in: home)
      let ending = try await Program(home: home).run(["hosts", "check", "--hosts", inventory])
      #expect(ending.status == 65 && ending.complaint.contains("chooses the address itself"), "\(ending.complaint)")
    }
  }

  private func relays() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { name in
      name.hasPrefix("parallax-") && FileManager.default.fileExists(atPath: "/tmp/\(name)/relay")
    }
  }
}
