internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// What can be wrong with hosts and targets, seen through the whole program.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct BadHostTests {
  private func withProgram(
    hosts: Int = 2, _ body: (LabDescription, Program, String) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 60, seconds: 60), burst: 9)
      try await withLab(LabConfiguration(hosts: hosts, ports: .free, target: target)) { lab in
        try await body(lab, try Program(home: home, lab: lab), home)
      }
    }
  }

  private func inventory(_ lab: LabDescription) throws -> String {
    try String(contentsOfFile: lab.files.inventory, encoding: .utf8)
  }

  @Test func checkAndDeployTellWhatHappened() async throws {
    try await withProgram { lab, program, home in
      let check = try await program.run(["hosts", "check", "--hosts", lab.files.inventory], in: lab)
      #expect(check.status == 0, "\(check.complaint)")
      for host in lab.hosts { #expect(check.output.contains(host.name)) }
      let first = try await program.run(["deploy", "--hosts", lab.files.inventory], in: lab)
      #expect(first.status == 0 && first.output.contains("deployed"), "\(first.output)\(first.complaint)")
      let second = try await program.run(["deploy", "--hosts", lab.files.inventory], in: lab)
      #expect(second.output.contains("unchanged") && !second.output.contains("deployed"), "\(second.output)")
    }
  }

  @Test func aBadHostHurtsNoOther() async throws {
    try await withProgram { lab, program, home in
      let text = try inventory(lab) + "  gone: { address: 127.0.99.1, port: 9 }\n"
      let path = try write(text, to: "hosts.yaml", in: home)
      let check = try await program.run(["hosts", "check", "--hosts", path], in: lab)
      #expect(check.status == 69)
      #expect(check.output.contains("ok") && check.output.contains("gone"), "\(check.output)")
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
      let planPath = try write(plan, to: "plan.yaml", in: home)
      let run = try await program.run(["run", "--json", "--yes", "--hosts", path, planPath], in: lab)
      #expect(run.status == 0, "\(run.output)\(run.complaint)")
      #expect(run.complaint.contains("gone"))
    }
  }

  @Test func anUnknownHostKeyIsRefused() async throws {
    try await withProgram { lab, program, home in
      let empty = try write("", to: "known_hosts", in: home)
      let path = try write(
        try inventory(lab).replacingOccurrences(of: lab.files.knownHosts, with: empty), to: "hosts.yaml", in: home)
      let ending = try await program.run(["run", "--yes", "--hosts", path, lab.files.plan], in: lab)
      #expect(ending.status == 77)
      #expect(ending.complaint.contains("ssh-keyscan"), "\(ending.complaint)")
      #expect(try AccessLog(lab).lines.isEmpty)
    }
  }

  @Test func aChangedHostKeyIsRefused() async throws {
    try await withProgram { lab, program, home in
      let lines = try String(contentsOfFile: lab.files.knownHosts, encoding: .utf8).split(separator: "\n")
      // Every host is known under the key of the next one.
      let keys = lines.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
      let names = lines.map { String($0.split(separator: " ")[0]) }
      let swapped = names.indices.map { "\(names[$0]) \(keys[($0 + 1) % keys.count])\n" }.joined()
      let known = try write(swapped, to: "known_hosts", in: home)
      let path = try write(
        try inventory(lab).replacingOccurrences(of: lab.files.knownHosts, with: known), to: "hosts.yaml", in: home)
      let ending = try await program.run(["hosts", "check", "--hosts", path], in: lab)
      #expect(ending.status == 77)
      #expect(ending.complaint.contains("changed") && ending.complaint.contains("known_hosts:"), "\(ending.complaint)")
    }
  }

  @Test func refusedAuthenticationIsNamed() async throws {
    try await withProgram { lab, program, home in
      let key = home + "/other"
      let made = try ChildProcess("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
      #expect(try await made.exitStatus(within: 10) == 0)
      let path = try write(
        try inventory(lab).replacingOccurrences(of: lab.files.identity, with: key), to: "hosts.yaml", in: home)
      let ending = try await program.run(["hosts", "check", "--hosts", path], in: lab)
      #expect(ending.status == 77)
      #expect(ending.complaint.contains("authentication_refused"), "\(ending.complaint)")
    }
  }

  @Test func aSilentHostCostsItsDeadlineOnly() async throws {
    try await withProgram { lab, program, home in
      let silent = try SilentServer()
      let text = try inventory(lab) + "  mute: { address: 127.0.0.1, port: \(silent.port) }\n"
      let path = try write(text, to: "hosts.yaml", in: home)
      let start = Date.now
      let ending = try await program.run(["hosts", "check", "--hosts", path], in: lab)
      #expect(Date.now.timeIntervalSince(start) < 20)
      #expect(ending.status == 69, "\(ending.complaint)")
      #expect(ending.output.contains("ok"))
    }
  }

  @Test func aTargetThatIsDownIsSaid() async throws {
    try await withProgram { lab, program, home in
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
        .replacingOccurrences(of: lab.target.url, with: "http://127.0.0.1:\(try freePort())")
      let path = try write(plan, to: "plan.yaml", in: home)
      let ending = try await program.run(["run", "--yes", "--hosts", lab.files.inventory, path], in: lab)
      #expect(ending.status == 69, "\(ending.output)\(ending.complaint)")
      #expect(ending.complaint.contains("refused"), "\(ending.complaint)")
    }
  }

  @Test func anUntrustedCertificateIsSaid() async throws {
    try await withProgram { lab, program, home in
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
        .replacingOccurrences(of: "url: \(lab.target.url)", with: "url: \(lab.target.tlsURL)")
      let path = try write(plan, to: "plan.yaml", in: home)
      let ending = try await program.run(["run", "--yes", "--hosts", lab.files.inventory, path], in: lab)
      #expect(ending.status == 69, "\(ending.output)\(ending.complaint)")
      #expect(ending.complaint.contains("TLS") && ending.complaint.contains("ca_file"), "\(ending.complaint)")
    }
  }

  @Test func oneVantageLeavesSeveralScopesAndSaysWhatToAdd() async throws {
    try await withProgram { lab, program, home in
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8) + "vantages: [\(lab.hosts[0].name)]\n"
      let path = try write(plan, to: "plan.yaml", in: home)
      let ending = try await program.run(["run", "--json", "--yes", "--hosts", lab.files.inventory, path], in: lab)
      #expect(ending.status == 3, "\(ending.output)\(ending.complaint)")
      let reason = try #require(try ending.json()["inconclusive"] as? [String: Any])
      #expect("\(reason["to_settle"] ?? "")".contains("another host"), "\(reason)")
    }
  }

  @Test func oneKeyIsSaidToBeTooFew() async throws {
    try await withProgram { lab, program, home in
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
        .replacingOccurrences(of: ", a2: { env: KEY_A2 }", with: "")
        .replacingOccurrences(of: "  B: { keys: { b1: { env: KEY_B1 } } }\n", with: "")
      let path = try write(plan, to: "plan.yaml", in: home)
      let ending = try await program.run(["run", "--json", "--yes", "--hosts", lab.files.inventory, path], in: lab)
      #expect(ending.status == 3, "\(ending.output)\(ending.complaint)")
      let reason = try #require(try ending.json()["inconclusive"] as? [String: Any])
      #expect("\(reason["to_settle"] ?? "")".contains("account"), "\(reason)")
    }
  }
}
