internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("A seed names a world")
struct DeterminismTests {
  @Test("The same seed and the same directives give the same reports", arguments: WorldKind.allCases)
  func same(kind: WorldKind) {
    for seed: UInt64 in 0..<3 {
      var first = SimulatedWorld.generate(seed: seed, kind: kind)
      var second = SimulatedWorld.generate(seed: seed, kind: kind)
      #expect(first.truth == second.truth)
      for directive in Scripts.short(for: first) {
        #expect(first.perform(directive) == second.perform(directive))
      }
    }
  }

  @Test("A copy goes on by itself")
  func copies() {
    var world = SimulatedWorld.generate(seed: 4, kind: .single)
    let copy = world
    let script = Scripts.short(for: world)
    let reports = script.map { world.perform($0) }
    var again = copy
    #expect(again.requestsSent == 0)
    #expect(script.map { again.perform($0) } == reports)
  }

  @Test("Different seeds differ")
  func different() {
    let truths = (0..<50).map { SimulatedWorld.generate(seed: $0).truth }
    #expect(Set(truths).count > 40)
  }
}
