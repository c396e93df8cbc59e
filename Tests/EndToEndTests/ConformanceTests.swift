internal import Foundation
internal import ParallaxTestSupport
internal import Testing

/// The conformance suite against a target that conforms, and against one for every way not to: each breaks the promise that
/// it breaks, and keeps the others.
@Suite(.serialized, .enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
struct ConformanceTests {
  /// How a target behaves, and the promises that it breaks.
  struct Target: Sendable, CustomStringConvertible {
    var behaviour: String
    var breaks: Set<String>

    var description: String { behaviour }
  }

  static let targets = [
    Target(behaviour: "conforming", breaks: []),
    Target(behaviour: "generous", breaks: ["refuses_after: 10"]),
    Target(behaviour: "wrong-status", breaks: ["refusal: 429"]),
    Target(behaviour: "mixing-keys", breaks: ["scope: [ip, key]", "isolated: [key]"]),
    Target(behaviour: "silent", breaks: ["retry_after: truthful", "reset: truthful"]),
    Target(behaviour: "lying", breaks: ["retry_after: truthful"]),
    Target(behaviour: "by-address", breaks: ["prefix: /64"]),
  ]

  private static let expectations = """
    expect:
      - { scope: [ip, key], prefix: /64 }
      - { refuses_after: 10, refusal: 429, tolerance: 20% }
      - { isolated: [ip] }
      - { isolated: [key] }
      - { retry_after: truthful }
      - { reset: truthful }

    """

  private static let plan = """
    target:
      url: "http://[\(address)]:8080/"
      headers: { Authorization: "Bearer {{key}}" }
      permission: "a namespace of this test"
    accounts:
      A: { keys: { a1: { env: KEY_A1 }, a2: { env: KEY_A2 } } }
      B: { keys: { b1: { env: KEY_B1 } } }
    budget: { requests: 500, rate: 50/s, duration: 3m }

    """

  private static let address = "fd00:0:0:9::1"
  /// Two in one /64, and one in another.
  private static let inventory = """
    defaults: { transport: local }
    hosts:
      client1: { source_addresses: ["fd00:0:0:1::1"] }
      client2: { source_addresses: ["fd00:0:0:1::2"] }
      client3: { source_addresses: ["fd00:0:0:2::1"] }

    """

  @Test func everyBrokenPromiseIsFoundAndNoOther() async throws {
    let findings = try await severalAtOnce(Self.targets, width: 7) { try await Self.check($0) }
    for (target, finding) in zip(Self.targets, findings) {
      #expect(finding.broken == target.breaks, "\(target): \(finding.text)")
      #expect(finding.status == (target.breaks.isEmpty ? 0 : 99), "\(target): \(finding.status) \(finding.text)")
    }
  }

  private struct Found: Sendable {
    var status: Int32
    var broken: Set<String>
    var text: String
  }

  private static func check(_ target: Target) async throws -> Found {
    try await withTemporaryDirectory { home in
      let parallax = try #require(BuiltProduct.path("parallax"), "parallax is built beside the tests")
      let plan = try write(plan + expectations, to: "plan.yaml", in: home)
      let hosts = try write(inventory, to: "hosts.yaml", in: home)
      let server =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        + "/Conformance/target.py"
      // The namespace, its addresses and the server end with this shell.
      let script = """
        ip link set lo up
        for a in 9::1 1::1 1::2 2::1; do ip -6 addr add fd00:0:0:$a/128 dev lo nodad; done
        /usr/bin/python3 \(server) \(target.behaviour) \(address) 8080 &
        server=$!
        until (exec 3<>/dev/tcp/\(address)/8080) 2>/dev/null; do sleep 0.05; done
        "$@"; status=$?
        kill $server; wait $server; exit $status
        """
      let environment = UserEnvironment.variables(home: home).merging([
        "KEY_A1": "conformance-key-1", "KEY_A2": "conformance-key-2", "KEY_B1": "conformance-key-3",
      ]) { $1 }
      let child = try ChildProcess(
        "/usr/bin/unshare",
        [
          "--net", "/bin/bash", "-c", script, "sh", parallax, "verify", "--yes", "--quiet", "--seed", "7", "--recover",
          "24", "--junit", home + "/out.xml", "--hosts", hosts, plan,
        ], environment: environment)
      child.closeInput()
      let status = try #require(try await child.exitStatus(within: 180), "\(target): \(child.errorText)")
      let junit = (try? String(contentsOfFile: home + "/out.xml", encoding: .utf8)) ?? ""
      let cases = junit.components(separatedBy: "<testcase ").dropFirst()
      let broken = cases.filter { $0.contains("<failure") }.compactMap { entry in
        entry.components(separatedBy: " name=\"").dropFirst().first.flatMap { $0.components(separatedBy: "\"").first }
      }
      return Found(status: status, broken: Set(broken), text: "\(child.outputText)\(child.errorText)\(junit)")
    }
  }
}
