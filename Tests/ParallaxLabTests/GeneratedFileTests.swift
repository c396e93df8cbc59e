internal import Foundation
internal import ParallaxConfig
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxTestSupport
internal import Testing

/// What the lab writes for Parallax to read.
struct GeneratedFileTests {
  @Test(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
  func filesAgreeWithTheLab() async throws {
    try await withLab { lab in
      let inventory = try InventoryFile.load(path: lab.files.inventory)
      #expect(inventory.hosts.map(\.name) == lab.hosts.map(\.name))
      for (read, host) in zip(inventory.hosts, lab.hosts) {
        #expect(read.address == host.address && read.port == host.port && read.user == lab.user)
        #expect(read.sourceAddresses == [host.address])
        #expect(read.identityFiles == [lab.files.identity] && read.knownHostsFiles == [lab.files.knownHosts])
      }
      let plan = try PlanFile.load(path: lab.files.plan)
      #expect(plan.target.url.description == lab.target.url + "/v1/models")
      #expect(plan.expectations.map(\.scope) == [["ip"]])

      let keys = try Lab.keys(directory: lab.directory)
      #expect(keys.keys.sorted() == ["KEY_A1", "KEY_A2", "KEY_A3", "KEY_B1", "KEY_B2", "KEY_B3", "KEY_C1"])
      #expect(Set(keys.values).count == 7 && keys.values.allSatisfy { $0.count == 32 })
      let mode = try FileManager.default.attributesOfItem(atPath: lab.files.keys)[.posixPermissions] as? Int
      #expect(mode == 0o600)

      let known = try String(contentsOfFile: lab.files.knownHosts, encoding: .utf8).split(separator: "\n")
      let hashed = try String(contentsOfFile: lab.files.hashedKnownHosts, encoding: .utf8).split(separator: "\n")
      #expect(known.map { $0.prefix { $0 != " " } } == lab.hosts.map { "[\($0.address)]:\($0.port)" })
      #expect(hashed.count == known.count && hashed.allSatisfy { $0.hasPrefix("|1|") })
    }
  }

  @Test(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
  func theTargetSpeaksTLSWithACertificateOfTheLabsAuthority() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      let answer = try await blocking {
        try Command.run(
          "/usr/bin/openssl",
          [
            "s_client", "-connect", "\(lab.target.address):\(lab.target.tlsPort)", "-verify_return_error",
            "-CAfile", lab.files.certificateAuthority, "-verify_ip", lab.target.address,
            "-verify_hostname", lab.target.serverName, "-brief",
          ], input: "")
      }
      #expect(answer.status == 0 && answer.output.contains("Verification: OK"), "\(answer.output)")
    }
  }

  @Test(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
  func thePlanFollowsTheTarget() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      for (limiter, scopes) in [
        ("ip+key", [["ip", "key"]]), ("account+path", [["account", "path"]]), ("everyone", [[]]), ("none", []),
      ] {
        let target = try LabTargetConfiguration(limiter: LabLimiter(parsing: limiter))
        _ = try await blocking { try Lab.changeTarget(target, directory: lab.directory) }
        let plan = try PlanFile.load(path: lab.files.plan)
        #expect(plan.expectations.map(\.scope) == scopes)
        #expect(plan.dimensions.map(\.name) == (limiter.contains("path") ? ["path"] : []))
      }
    }
  }

  @Test(arguments: ["", "ip+", "IP", "ip,key", "host", "everyone+ip"])
  func wrongLimitersAreRefused(_ text: String) {
    let error = #expect(throws: ParallaxError.self) { try LabLimiter(parsing: text) }
    #expect(error?.code == .usage)
  }

  @Test func limitersAndRatesReadWhatTheyWrite() throws {
    for text in ["everyone", "none", "ip", "key", "account", "ip+key", "ip+account", "ip+key+account+path"] {
      #expect(try LabLimiter(parsing: text).description == text)
    }
    #expect(try LabLimiter(parsing: "account+ip").description == "ip+account")
    #expect(LabLimiter.kinds.count == 7)
    for text in ["1r/m", "30r/m", "10r/s"] { #expect(try LabRate(parsing: text).description == text) }
    for text in ["", "0r/s", "10", "10r/h", "-1r/s", "1.5r/s", "10/s"] {
      #expect(throws: ParallaxError.self) { try LabRate(parsing: text) }
    }
  }
}
