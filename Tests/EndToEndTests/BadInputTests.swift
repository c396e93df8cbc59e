internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// What can be wrong before a run, each with its exit status and a message that says what, where and how to mend it.
struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var plan = Self.plan
    var hosts = "hosts:\n  here: { transport: local, source_addresses: [127.0.0.11, 127.0.0.12] }\n"
    var status: Int32
    var mentions: [String]

    var testDescription: String { name }

    static let plan = """
      target:
        url: http://127.0.0.1:9/
        headers: { Authorization: "Bearer {{key}}" }
        permission: "a test"
      accounts:
        A: { keys: { a1: { env: KEY_A1 }, a2: { env: KEY_A2 } } }
        B: { keys: { b1: { env: KEY_B1 } } }

      """
  }

  static let cases: [Case] = [
    Case(name: "YAML syntax", plan: "target: [\n", status: 65, mentions: ["plan.yaml:"]),
    Case(
      name: "unknown key", plan: Case.plan.replacingOccurrences(of: "permission:", with: "permision:"), status: 65,
      mentions: ["plan.yaml:4", "permision", "permission"]),
    Case(
      name: "no permission", plan: Case.plan.replacingOccurrences(of: "  permission: \"a test\"\n", with: ""),
      status: 65, mentions: ["plan.yaml:", "permission"]),
    Case(
      name: "duplicate host", hosts: "hosts:\n  a: { address: 127.0.0.1 }\n  a: { address: 127.0.0.2 }\n",
      status: 65, mentions: ["hosts.yaml:", "more than once"]),
    Case(
      name: "alias bomb",
      plan: "a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n",
      status: 65, mentions: ["plan.yaml:1"]),
    Case(
      name: "literal secret",
      plan: Case.plan.replacingOccurrences(of: "a1: { env: KEY_A1 }", with: "a1: sk-4f9aC0ffee4f9aC0ffee"),
      status: 65, mentions: ["plan.yaml:6"]),
    Case(
      name: "unset variable", plan: Case.plan.replacingOccurrences(of: "KEY_A2", with: "KEY_UNSET"), status: 65,
      mentions: ["KEY_UNSET", "a2"]),
    Case(name: "unknown vantage", plan: Case.plan + "vantages: [mars]\n", status: 65, mentions: ["mars", "here"]),
    Case(
      name: "budget too small", plan: Case.plan + "budget: { requests: 5, rate: 5/s, duration: 1m }\n", status: 65,
      mentions: ["5 requests"]),
    Case(
      name: "DNS failure", plan: Case.plan.replacingOccurrences(of: "127.0.0.1:9", with: "no-such.invalid"),
      status: 69, mentions: ["no-such.invalid"]),
    Case(
      name: "unsafe method", plan: Case.plan.replacingOccurrences(of: "  url:", with: "  method: POST\n  url:"),
      status: 65, mentions: ["plan.yaml:2", "POST", "allow_unsafe_methods"]),
  ]

  @Test(arguments: cases)
  func isRefusedWithAReason(_ example: Case) async throws {
    try await withTemporaryDirectory { home in
      var program = try Program(home: home)
      program.environment.merge(["KEY_A1": "one", "KEY_A2": "two", "KEY_B1": "three"]) { $1 }
      let plan = try write(example.plan, to: "plan.yaml", in: home)
      let hosts = try write(example.hosts, to: "hosts.yaml", in: home)
      let ending = try await program.run(["run", "--yes", "--hosts", hosts, plan])
      #expect(ending.status == example.status, "\(ending.complaint)")
      for word in example.mentions { #expect(ending.complaint.contains(word), "\(ending.complaint)") }
      #expect(!ending.complaint.contains("sk-4f9a"), "a secret is never repeated")
    }
  }

  @Test func missingFilesAreNamed() async throws {
    try await withTemporaryDirectory { home in
      let program = try Program(home: home)
      let ending = try await program.run(["run", "--yes", "--hosts", home + "/none.yaml", home + "/absent.yaml"])
      #expect(ending.status == 65)
      #expect(ending.complaint.contains("absent.yaml"))
    }
  }

  @Test func anUnconfirmedBudgetSendsNothing() async throws {
    try await withTemporaryDirectory { home in
      var program = try Program(home: home)
      program.environment.merge(["KEY_A1": "one", "KEY_A2": "two", "KEY_B1": "three"]) { $1 }
      let plan = try write(Case.plan, to: "plan.yaml", in: home)
      let hosts = try write(Self.cases[0].hosts, to: "hosts.yaml", in: home)
      let ending = try await program.run(["run", "--hosts", hosts, plan])
      #expect(ending.status == 77)
      #expect(ending.complaint.contains("--yes"))
    }
  }

  @Test(arguments: [["frobnicate"], ["run"], ["run", "--no-such-option", "plan.yaml"]])
  func usageErrorsExitWith64(arguments: [String]) async throws {
    try await withTemporaryDirectory { home in
      let ending = try await Program(home: home).run(arguments)
      #expect(ending.status == 64)
    }
  }
}
