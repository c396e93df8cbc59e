internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// An old host that has an RSA host key only, which the built-in transport cannot check: it says so, names the way out, and
/// that way leads to the verdict.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct RSAHostTests {
  /// A second sshd of the victim, with an RSA key alone.
  private func withRSAServer(_ body: (FaultyFleet, _ fields: String) async throws -> Void) async throws {
    try await FaultyFleet.with { fleet in
      let key = fleet.home + "/rsa_host_key"
      let made = try ChildProcess("/usr/bin/ssh-keygen", ["-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", key])
      try #require(try await made.exitStatus(within: 30) == 0, "\(made.errorText)")
      let port = try freePort()
      let configuration = try String(
        contentsOfFile: "\(fleet.lab.directory)/hosts/\(fleet.victim.name)/sshd_config", encoding: .utf8)
      let changed = configuration.replacing(/(?m)^Port .*$/, with: "Port \(port)")
        .replacing(/(?m)^ListenAddress .*$/, with: "ListenAddress 127.0.0.1")
        .replacing(/(?m)^HostKey .*$/, with: "HostKey \"\(key)\"")
      let path = try write(changed, to: "sshd_config", in: fleet.home)
      let server = try ChildProcess("/usr/sbin/sshd", ["-D", "-f", path, "-E", fleet.home + "/sshd.log"])
      defer { server.signal(SIGTERM) }
      try #require(try await waitForListener("127.0.0.1", port: port))
      let known = "[127.0.0.1]:\(port) " + (try String(contentsOfFile: key + ".pub", encoding: .utf8))
      let file = try write(known, to: "known_hosts", in: fleet.home)
      try await body(fleet, "address: 127.0.0.1, port: \(port), known_hosts: \"\(file)\"")
    }
  }

  @Test func theBuiltInTransportSaysWhatToDo() async throws {
    try await withRSAServer { fleet, fields in
      let ending = try await fleet.run(try fleet.inventory(victim: "  \(fleet.victim.name): { \(fields) }"))
      #expect(ending.status == 69 || ending.status == 77, "\(ending.complaint)")
      #expect(
        ending.complaint.contains("RSA") && ending.complaint.contains("transport: openssh"), "\(ending.complaint)")
      #expect(fleet.requestCount == 0)
    }
  }

  @Test func theSystemsClientTakesTheRunThere() async throws {
    try await withRSAServer { fleet, fields in
      let source = "source_addresses: [\(fleet.victim.address)]"
      let inventory = try fleet.inventory(
        victim: "  \(fleet.victim.name): { \(fields), transport: openssh, \(source) }")
      let ending = try await fleet.run(inventory)
      try fleet.expect(ending, [0])
      // It was this host, and not another, that sent requests.
      let log = try String(contentsOfFile: fleet.home + "/sshd.log", encoding: .utf8)
      #expect(log.contains("Accepted publickey"), "\(log)")
      let lines = try AccessLog(fleet.lab).lines
      #expect(lines.contains { $0.address == fleet.victim.address }, "no request came from \(fleet.victim.address)")
    }
  }
}
