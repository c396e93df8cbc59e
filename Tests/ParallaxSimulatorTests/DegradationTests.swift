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

  @Test("What the design lacks can be added to the same target", arguments: Degradation.allCases)
  func advice(degradation: Degradation) throws {
    let world = SimulatedWorld.generate(seed: 5, degradation: degradation)
    var later = world
    _ = later.perform(.wait(seconds: 20, reason: ""))
    let step: NextStep =
      switch degradation {
      case .oneVantage: .addVantage
      case .oneKey: .addKey(account: "A")
      case .oneAccount: .addAccount
      case .lostVantage: .restoreVantage("v2")
      }
    var again = try #require(later.following([step]))
    #expect(again.perform(.wait(seconds: 1, reason: "")).lostVantages.isEmpty)
    #expect(Set(again.design.cells.map(\.label)).isSuperset(of: ["R", "I", "K", "B", "L", "M", "E"]))
    #expect(again.truth == world.truth)
  }

  @Test("Other advice changes the budget, the reference, or the dimensions")
  func otherAdvice() throws {
    let world = SimulatedWorld.generate(seed: 7, kind: .forwarded)
    #expect(world.following([]) == nil)
    let raised = try #require(world.following([.raiseRequests(to: 9000), .raiseDuration(to: 86_400), .setRate(to: 3)]))
    #expect(raised.budget == Budget(requests: 9000, rate: 3, duration: 86_400))
    let moved = try #require(world.following([.chooseReference(vantage: world.design.vantages[1].name, key: "a2")]))
    #expect(moved.design.reference.key == "a2" && moved.design.reference.vantage == 1)
    let smaller = try #require(world.following([.leaveOut(dimension: "path")]))
    #expect(smaller.design.dimensions.map(\.name) == ["x-forwarded-for"])
    #expect(
      smaller.truth.limiters.map { $0.scope.names(further: smaller.design.dimensions) }
        == world.truth.limiters.map { $0.scope.names(further: world.design.dimensions).filter { $0 != "path" } })
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
