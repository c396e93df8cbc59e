internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Deadlines of hosts.yaml: where they come from, and that they hold.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct DeadlineTests {
  @Test func theExplanationSaysWhereEachStands() async throws {
    try await withTemporaryDirectory { home in
      let config = try write("Host two\n  ConnectTimeout 7\n", to: "ssh_config", in: home)
      let inventory = try write(
        """
        defaults: { deploy_timeout: 5m, auth_timeout: 20, ssh_config: \(config) }
        hosts:
          one: { connect_timeout: 1500ms, start_timeout: 40s }
          two: { auth_timeout: 25 }
          old: { transport: openssh, connect_timeout: 4 }

        """, to: "hosts.yaml", in: home)
      let program = try Program(home: home)
      func explain(_ host: String, _ more: String...) async throws -> String {
        let ending = try await program.run(["hosts", "check", "--explain", host, "--hosts", inventory] + more)
        #expect(ending.status == 0, "\(ending.complaint)")
        return ending.output
      }
      let one = try await explain("one")
      #expect(one.contains(/connect_timeout +1\.5 s .*hosts\.yaml:3:/), "\(one)")
      #expect(one.contains(/auth_timeout +20 s .*hosts\.yaml:1:/), "\(one)")
      #expect(one.contains(/deploy_timeout +300 s .*hosts\.yaml:1:/), "\(one)")
      #expect(one.contains(/start_timeout +40 s .*hosts\.yaml:3:/), "\(one)")
      let two = try await explain("two")
      #expect(two.contains(/connect_timeout +7 s .*ssh_config:2/), "\(two)")
      #expect(two.contains(/auth_timeout +25 s .*hosts\.yaml:4:/), "\(two)")
      #expect(two.contains(/start_timeout +15 s +default/), "\(two)")
      let given = try await explain("two", "--connect-timeout", "3", "--auth-timeout", "9")
      #expect(given.contains(/connect_timeout +3 s +command line/), "\(given)")
      #expect(given.contains(/auth_timeout +9 s +command line/), "\(given)")
      // Its login is the client's own affair.
      let old = try await explain("old")
      #expect(old.contains("ConnectTimeout=4") && !old.contains("auth_timeout"), "\(old)")
    }
  }

  @Test func aHostsOwnDeadlineHoldsUnlessTheCommandLineSaysOtherwise() async throws {
    try await FaultyFleet.with { fleet in
      let inventory = try fleet.inventory(hostWith: "never-greets", extra: ", start_timeout: 2s")
      try fleet.expect(try await fleet.run(inventory, within: 20), [69], saying: "did not answer within 2 s")
      let longer = try await fleet.run(inventory, ["--start-timeout", "3"], within: 20)
      try fleet.expect(longer, [69], saying: "did not answer within 3 s")
    }
  }

  @Test func aDeadlineThatIsNoneIsRefusedWithItsPlace() async throws {
    try await withTemporaryDirectory { home in
      let inventory = try write("hosts:\n  one:\n    connect_timeout: soon\n", to: "hosts.yaml", in: home)
      let ending = try await Program(home: home).run(["hosts", "check", "--hosts", inventory])
      #expect(ending.status == 65 || ending.status == 78, "\(ending.status)")
      #expect(ending.complaint.contains("hosts.yaml:3:22"), "\(ending.complaint)")
      #expect(
        ending.complaint.contains("connect_timeout") && ending.complaint.contains("duration"), "\(ending.complaint)")
    }
  }
}
