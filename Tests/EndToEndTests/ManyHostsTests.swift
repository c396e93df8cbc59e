internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Two hundred hosts at once, one of them silent.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct ManyHostsTests {
  @Test func twoHundredHostsAreReachedWhileOneHangs() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 200, ports: .free)) { lab in
        let silent = try SilentServer()
        let own = try String(contentsOfFile: lab.files.inventory, encoding: .utf8)
        let inventory = try write(
          own + "  mute: { address: 127.0.0.1, port: \(silent.port) }\n", to: "hosts.yaml", in: home)
        let ending = try await Program(home: home, lab: lab).run(
          ["hosts", "check", "--json", "--forks", "40", "--connect-timeout", "5", "--hosts", inventory], in: lab)
        #expect(ending.status == 69, "\(ending.complaint.suffix(2000))")
        let hosts = try #require(
          try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [[String: Any]])
        #expect(hosts.count == 201)
        let bad = hosts.filter { $0["ok"] as? Bool != true }.compactMap { $0["host"] as? String }
        #expect(bad == ["mute"], "\(bad)")
      }
    }
  }
}
