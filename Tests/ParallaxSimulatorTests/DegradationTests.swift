internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Designs that are not complete")
struct DegradationTests {
  @Test("The design lacks what it should, or loses its second host", arguments: Degradation.allCases)
  func design(degradation: Degradation) {
    var world = SimulatedWorld.generate(seed: 5, degradation: degradation)
    let labels = Set(world.design.cells.map(\.label))
    switch degradation {
    case .oneVantage: #expect(labels.isDisjoint(with: ["I", "L", "M"]))
    case .oneKey: #expect(labels.isDisjoint(with: ["K", "M"]))
    case .oneAccount: #expect(labels.isDisjoint(with: ["B", "L"]))
    case .lostVantage: #expect(labels == ["R", "I", "K", "B", "L", "M", "E"])
    }
    #expect(world.perform(.wait(seconds: 1, reason: "")).lostVantages.isEmpty)
    let lost = world.perform(.wait(seconds: 20, reason: "")).lostVantages
    #expect(lost == (degradation == .lostVantage ? [1] : []))
  }

  @Test("What the design lacks can be added to the same target")
  func extended() {
    for degradation in Degradation.allCases {
      let world = SimulatedWorld.generate(seed: 5, degradation: degradation)
      var later = world
      _ = later.perform(.wait(seconds: 20, reason: ""))
      var extended = later.extended()
      #expect(extended.perform(.wait(seconds: 1, reason: "")).lostVantages.isEmpty)
      let labels = Set(world.extended().design.cells.map(\.label))
      #expect(labels.isSuperset(of: ["R", "I", "K", "B", "L", "M", "E"]))
      #expect(world.extended().truth == world.truth)
    }
  }

  @Test("One vantage alone never leads to a wrong verdict")
  func oneVantage() {
    for seed: UInt64 in 0..<60 {
      let world = SimulatedWorld.generate(seed: seed, degradation: .oneVantage)
      let run = SimulatedRun(on: world, configuration: .init(budget: world.budget, seed: seed))
      #expect(world.truth.judge(run.conclusion, in: world.design) != .wrong, "world \(seed)")
    }
  }
}
