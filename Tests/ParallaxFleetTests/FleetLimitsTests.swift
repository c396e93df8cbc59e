internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel
internal import Testing

/// Who says how long a step with a host may take.
@Suite struct FleetLimitsTests {
  private static let place = ParallaxError.Location(file: "hosts.yaml", line: 4, column: 3)
  private static let configured = Sourced(7, .sshConfig(ParallaxError.Location(file: "config", line: 2)))

  private static func host(_ deadlines: [HostStep: Double] = [:]) -> InventoryHost {
    InventoryHost(
      name: "a", address: "a", deadlines: deadlines,
      origins: Dictionary(uniqueKeysWithValues: deadlines.keys.map { ($0.rawValue, place) }))
  }

  @Test(arguments: HostStep.allCases) func theCommandLineComesBeforeTheInventoryAndThatBeforeTheRest(step: HostStep) {
    let both = FleetLimits(given: [step: 3])
    #expect(both.deadline(step, of: Self.host([step: 4]), configured: Self.configured) == Sourced(3, .commandLine))
    let inventory = FleetLimits().deadline(step, of: Self.host([step: 4]), configured: Self.configured)
    #expect(inventory == Sourced(4, .inventory(Self.place)))
    let others = HostStep.allCases.filter { $0 != step }
    let elsewhere = FleetLimits(given: Dictionary(uniqueKeysWithValues: others.map { ($0, 3) }))
    #expect(elsewhere.deadline(step, of: Self.host()) == Sourced(FleetLimits.usual[step] ?? 0, .builtIn))
  }

  @Test func theSSHConfigurationKnowsOnlyConnecting() {
    let limits = FleetLimits()
    #expect(limits.deadline(.connect, of: Self.host(), configured: Self.configured).value == 7)
    #expect(limits.deadline(.start, of: Self.host(), configured: Self.configured).origin == .builtIn)
  }

  @Test func everyStepHasAUsualDeadline() {
    for step in HostStep.allCases { #expect((FleetLimits.usual[step] ?? 0) > 0) }
  }
}
