internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// The user's ssh configuration, followed through the whole program to real servers on hosts of their own.
@Suite(
  .serialized, .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
struct SSHConfigTests {
  /// Three hosts in a row: `far` is reached through `near` and `middle`.
  struct Row {
    let lab: LabDescription
    let program: Program
    let home: String

    var near: LabHost { lab.hosts[0] }
    var middle: LabHost { lab.hosts[1] }
    var far: LabHost { lab.hosts[2] }

    /// An ssh configuration whose `far` has two hops, and an inventory that names nothing but `far`.
    func inventory(
      knownHosts: String? = nil, checking: String = "yes", options: String = "", host: String = "{ }"
    ) throws -> String {
      let common = """
        Host near middle far
          User \(lab.user)
          IdentityFile \(lab.files.identity)
          UserKnownHostsFile \(knownHosts ?? lab.files.knownHosts)
          GlobalKnownHostsFile none
          StrictHostKeyChecking \(checking)

        """
      let included = try write(common, to: "common", in: home)
      let places = [("near", near), ("middle", middle), ("far", far)].map { name, host in
        "Host \(name)\n  HostName \(host.address)\n  Port \(host.port)\n"
      }
      let text = "Include \(included)\n\(options)\n" + places.joined() + "  ProxyJump near,middle\n"
      let config = try write(text, to: "ssh_config", in: home)
      return try write("hosts:\n  far: \(host)\ndefaults: { ssh_config: \(config) }\n", to: "hosts.yaml", in: home)
    }

    func log(_ host: LabHost) throws -> String {
      try String(contentsOfFile: "\(lab.directory)/hosts/\(host.name)/sshd.log", encoding: .utf8)
    }

    func check(_ inventory: String, _ more: String...) async throws -> Program.Ending {
      try await program.run(["hosts", "check", "--hosts", inventory] + more, in: lab)
    }

    /// What known_hosts would hold if the host had the key of another.
    func knownHosts(mistaking host: LabHost, for other: LabHost) throws -> String {
      let lines = try String(contentsOfFile: lab.files.knownHosts, encoding: .utf8).split(separator: "\n")
      func name(_ host: LabHost) -> String { host.port == 22 ? host.address : "[\(host.address)]:\(host.port)" }
      let key = try #require(lines.first { $0.hasPrefix(name(other) + " ") }).split(separator: " ").dropFirst()
      let changed = lines.map {
        $0.hasPrefix(name(host) + " ") ? "\(name(host)) \(key.joined(separator: " "))" : String($0)
      }
      return try write(changed.joined(separator: "\n") + "\n", to: "mistaken", in: home)
    }
  }

  private func withRow(_ body: (Row) async throws -> Void) async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(mode: .namespaces, hosts: 3, ports: .free)) { lab in
        try await body(Row(lab: lab, program: try Program(home: home, lab: lab), home: home))
      }
    }
  }

  @Test func aHostIsReachedThroughTwoHops() async throws {
    try await withRow { row in
      let ending = try await row.check(try row.inventory())
      #expect(ending.status == 0 && ending.output.contains("ok"), "\(ending.output)\(ending.complaint)")
      #expect(try row.log(row.far).contains("from \(row.middle.address) "))
      #expect(try row.log(row.middle).contains("from \(row.near.address) "))
      #expect(try row.log(row.near).contains("Accepted publickey"))
    }
  }

  @Test func theSystemsClientGoesTheSameWay() async throws {
    try await withRow { row in
      let ending = try await row.check(try row.inventory(host: "{ transport: openssh }"))
      #expect(ending.status == 0 && ending.output.contains("ok"), "\(ending.output)\(ending.complaint)")
      #expect(try row.log(row.far).contains("from \(row.middle.address) "))
    }
  }

  @Test(arguments: ["accept-new", "no"])
  func newKeysAreAcceptedAndKept(checking: String) async throws {
    try await withRow { row in
      let known = row.home + "/known/hosts"
      let inventory = try row.inventory(knownHosts: known, checking: checking, options: "HashKnownHosts yes")
      #expect(try await row.check(inventory).status == 0)
      let lines = try String(contentsOfFile: known, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("|1|") })
      // From now on they are known.
      #expect(try await row.check(try row.inventory(knownHosts: known)).status == 0)
    }
  }

  @Test(arguments: ["yes", "ask", "accept-new", "no", "off"])
  func aChangedKeyIsRefusedUnderEverySetting(checking: String) async throws {
    try await withRow { row in
      for host in [row.middle, row.far] {
        let known = try row.knownHosts(mistaking: host, for: row.near)
        let before = try String(contentsOfFile: known, encoding: .utf8)
        let ending = try await row.check(try row.inventory(knownHosts: known, checking: checking))
        #expect(ending.status == 77, "\(ending.output)\(ending.complaint)")
        #expect(ending.complaint.contains("has changed"), "\(ending.complaint)")
        #expect(try String(contentsOfFile: known, encoding: .utf8) == before)
      }
      #expect(try !row.log(row.far).contains("Accepted publickey"))
    }
  }

  @Test func anUnknownHopIsRefusedAndNamed() async throws {
    try await withRow { row in
      let ending = try await row.check(try row.inventory(knownHosts: try write("", to: "empty", in: row.home)))
      #expect(ending.status == 77)
      #expect(ending.complaint.contains("far, at the hop near"), "\(ending.complaint)")
    }
  }

  @Test func everyValueIsExplainedWithoutANetwork() async throws {
    try await withRow { row in
      let inventory = try row.inventory(
        options: "Match exec \"touch \(row.home)/ran\"\n  User evil\nHost far\n  SendEnv X")
      let text = try await row.check(inventory, "--explain", "far")
      #expect(text.status == 0, "\(text.complaint)")
      #expect(text.output.contains(row.far.address) && text.output.contains("ssh_config:"), "\(text.output)")
      #expect(text.output.contains("far, hop 2 of 2") && text.output.contains("no program is run"), "\(text.output)")
      #expect(!FileManager.default.fileExists(atPath: row.home + "/ran"))
      let json = try (try await row.check(inventory, "--explain", "far", "--json")).json()
      let settings = try #require(json["settings"] as? [[String: String]])
      let user = try #require(settings.first { $0["name"] == "user" })
      #expect(user["value"] == row.lab.user && user["place"]?.hasSuffix("/common:2") == true, "\(user)")
      #expect((json["hops"] as? [Any])?.count == 2)
      #expect(try !row.log(row.near).contains("Connection from"))
    }
  }

  @Test func onlyTheHostsOfThePatternAreReached() async throws {
    try await withRow { row in
      let text =
        try String(contentsOfFile: row.lab.files.inventory, encoding: .utf8)
        + "groups: { ends: [\(row.near.name), \(row.far.name)] }\n"
      let inventory = try write(text, to: "grouped.yaml", in: row.home)
      let ending = try await row.check(inventory, "--limit", "ends,!\(row.far.name)", "--json")
      #expect(ending.status == 0, "\(ending.complaint)")
      #expect(ending.output.contains(row.near.name) && !ending.output.contains(row.middle.name))
      #expect(!ending.output.contains("\"\(row.far.name)\""))
      let wrong = try await row.check(inventory, "--limit", "end")
      #expect(wrong.status == 64 && wrong.complaint.contains("did you mean `ends`"), "\(wrong.complaint)")
    }
  }
}
