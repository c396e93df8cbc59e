internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Worlds are what they say")
struct WorldTests {
  /// Exhausts the reference, then asks every other cell once between two denials of the reference.
  func sharing(_ world: SimulatedWorld) -> [String: Bool] {
    var shared: [String: Bool] = [:]
    var world = world
    _ = world.perform(Scripts.exhaust(world, maxRequests: 1500))
    for cell in world.design.cells.dropFirst() {
      let items = [0, cell.id, 0].enumerated().map {
        Schedule.Item(offset: 0.012 * Double($0.offset), cell: $0.element)
      }
      let report = world.perform(.schedule(Schedule(stage: .probe, items: items)))
      let limited = report.samples.map { if case .limited = $0.reading { true } else { false } }
      if limited[0], limited[2] { shared[cell.label] = limited[1] }
    }
    return shared
  }

  @Test("Cells that agree in the true scope share the bucket, others do not")
  func scopes() {
    var agree = 0
    var disagree = 0
    for seed: UInt64 in 0..<300 {
      let world = SimulatedWorld.generate(seed: seed, kind: .single)
      guard let limiter = world.truth.limiters.first, limiter.workers == 1, limiter.rate < 0.5, limiter.capacity > 30,
        !world.truth.hasBackground
      else { continue }
      for (label, isShared) in sharing(world) {
        let cell = world.design.cells.first { $0.label == label }!
        if limiter.scope.isDisjoint(with: cell.differs) == isShared { agree += 1 } else { disagree += 1 }
      }
    }
    #expect(agree > 200)
    #expect(Double(disagree) / Double(agree) < 0.01)
  }

  @Test("Neighbours share what counts as an address exactly where the truth says so")
  func prefixes() {
    var seen: Set<Bool> = []
    for seed: UInt64 in 0..<200 {
      let world = SimulatedWorld.generate(seed: seed, kind: .prefix)
      guard let limiter = world.truth.limiters.first, limiter.workers == 1, limiter.rate < 0.5, limiter.capacity > 30,
        !world.truth.hasBackground, let expected = world.truth.neighbourShares, let found = sharing(world)["P"]
      else { continue }
      #expect(found == expected, "world \(seed)")
      seen.insert(expected)
    }
    #expect(seen == [true, false])
  }

  @Test("The mixture holds every kind that keeps to the model, and sums to 1")
  func mixture() {
    #expect(abs(WorldKind.mixture.reduce(0) { $0 + $1.1 } - 1) < 1e-9)
    #expect(Set(WorldKind.mixture.map(\.0)).union(WorldKind.stress) == Set(WorldKind.allCases))
    let kinds = Set((0..<400).map { SimulatedWorld.generate(seed: $0).truth.kind })
    #expect(kinds == Set(WorldKind.mixture.map(\.0)))
  }

  @Test("Layers: a fast bucket first, then one or two slower ones, with equal and with different signatures")
  func layers() {
    let truths = (0..<200).map { SimulatedWorld.generate(seed: $0, kind: .layered).truth }
    #expect(truths.allSatisfy { (2...3).contains($0.limiters.count) })
    #expect(truths.contains { $0.limiters.count == 3 })
    let equal = truths.count { $0.limiters[0].signature == $0.limiters[1].signature }
    #expect((60...140).contains(equal))
    #expect(truths.allSatisfy { $0.limiters[0].capacity < $0.limiters[1].capacity || $0.limiters[1].window == nil })
  }

  @Test("A degraded design has fewer cells and says what is missing")
  func degraded() {
    let one = SimulatedWorld.generate(seed: 1, kind: .single, extent: .init(vantages: 1)).design
    #expect(one.cells.map(\.label) == ["R", "K", "B", "E"] && one.gaps.map(\.dimension) == ["ip"])
    let noKey = SimulatedWorld.generate(seed: 1, kind: .single, extent: .init(keys: 1)).design
    #expect(noKey.cells.map(\.label) == ["R", "I", "B", "L", "E"] && noKey.gaps.map(\.dimension) == ["key"])
    let noAccount = SimulatedWorld.generate(seed: 1, kind: .single, extent: .init(accounts: 1, further: [])).design
    #expect(noAccount.cells.map(\.label) == ["R", "I", "K", "M"] && noAccount.gaps.map(\.dimension) == ["account"])
    let more = SimulatedWorld.generate(seed: 1, kind: .single, extent: .init(vantages: 3, accounts: 3)).design
    #expect(more.cells.map(\.label) == ["R", "I", "K", "B", "L", "M", "I2", "B2", "E"])
  }

  @Test("The lower bound counts the capacity once, and there is none without a reachable limiter")
  func lowerBound() {
    for seed: UInt64 in 0..<200 {
      let world = SimulatedWorld.generate(seed: seed)
      guard let limiter = world.truth.limiters.first, world.truth.isReachable else {
        #expect(world.lowerBound == nil)
        continue
      }
      if limiter.window != nil {
        #expect(world.lowerBound == limiter.capacity * Double(limiter.workers) + 14)
      } else {
        #expect(world.lowerBound! > 14)
      }
    }
  }

  @Test("A thousand worlds are made, tried and exhausted in seconds")
  func speed() {
    let clock = ContinuousClock()
    let elapsed = clock.measure {
      for seed: UInt64 in 0..<1000 {
        var world = SimulatedWorld.generate(seed: seed)
        for directive in Scripts.short(for: world) { _ = world.perform(directive) }
      }
    }
    #expect(elapsed < .seconds(5))
  }
}
