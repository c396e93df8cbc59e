internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxTestSupport
internal import Testing

/// What the lab writes for Parallax to read.
struct GeneratedFileTests {
  @Test func theRepositorysInventoryIsTheDefaultLab() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: repository.appendingPathComponent("hosts.yaml"), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let example = try LabInventory.example
    #expect(lines.joined(separator: "\n") + "\n" == example)
  }

  @Test(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
  func filesAgreeWithTheLab() async throws {
    try await withLab { lab in
      let inventory = try String(contentsOfFile: lab.files.inventory, encoding: .utf8)
      for host in lab.hosts {
        #expect(
          inventory.contains(
            "  \(host.name): { address: \(host.address), port: \(host.port), source_addresses: [\(host.address)] }\n"))
      }
      #expect(inventory.contains("identity_file: \"\(lab.files.identity)\""))
      let plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
      #expect(plan.contains("url: \(lab.target.url)/v1/models\n"))
      #expect(plan.contains("- { scope: [ip] }"))

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
