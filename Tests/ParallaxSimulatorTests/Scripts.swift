internal import ParallaxModel
internal import ParallaxSimulator

/// Directives to try a world with.
enum Scripts {
  static func triage(_ design: Design) -> Directive {
    .schedule(
      Schedule(stage: .triage, items: design.cells.map { .init(offset: 0.03 * Double($0.id), cell: $0.id) }))
  }

  static func exhaust(_ world: SimulatedWorld, maxRequests: Int = 300, followUp: [Int] = []) -> Directive {
    .ramp(
      RampSpecification(
        stage: .exhaust, cell: 0, maxRequests: maxRequests, rateCap: 50, roundTrip: world.roundTrips[0],
        confirmGap: 0.3, deadline: 600, delayThreshold: world.roundTrips[0] + 2, followUp: followUp))
  }

  static func short(for world: SimulatedWorld) -> [Directive] {
    [triage(world.design), exhaust(world, followUp: [2]), .wait(seconds: 3, reason: "to rest"), triage(world.design)]
  }
}
