internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite struct NeighbourTests {
  private let plan = Plan(
    target: Target(url: URLParts(scheme: .https, host: "t.example", port: 443, path: "/"), permission: "ours"),
    accounts: [Account(name: "A", keys: [Key(name: "a1", source: .environment("A1"))])])

  private func vantages(_ addresses: [String]) -> [Vantage] {
    addresses.enumerated().map { Vantage(host: "v\($0.offset)", sourceAddress: $0.element) }
  }

  @Test func `an address near the reference's is a control, not another address`() throws {
    let design = try Design.make(plan: plan, vantages: vantages(["203.0.113.10", "203.0.113.7", "198.51.100.20"]))
    #expect(design.cells.map(\.label) == ["R", "I", "P"])
    #expect(design.cells[1].vantage == 2)
    #expect(design.cells[2].isNeighbour && design.cells[2].isControl)
  }

  @Test(arguments: [["127.0.0.11", "127.0.0.12"], ["127.0.0.11", "127.0.0.12", "127.0.0.13"]])
  func `without a distant address a near one is the other address`(_ addresses: [String]) throws {
    let design = try Design.make(plan: plan, vantages: vantages(addresses))
    #expect(!design.cells.contains { $0.isNeighbour })
    #expect(design.cells.contains { $0.differs == .ip })
  }

  @Test func `the prefix is found in most worlds that have neighbours, and holds the true one`() {
    var stated = 0
    for seed: UInt64 in 0..<40 {
      let world = SimulatedWorld.generate(seed: seed, kind: .prefix)
      let conclusion = QuietTarget.run(world).conclusion
      guard let prefix = conclusion.limiters.first?.prefix else { continue }
      stated += 1
      let bounds = prefix.split(separator: " ").compactMap { Int($0.dropFirst()) }
      let isV6 = world.design.vantages[0].name.contains(":")
      let actual = world.truth.limiters[0].prefix.flatMap { Int($0.dropFirst()) } ?? (isV6 ? 128 : 32)
      #expect(bounds[0] <= actual && actual <= bounds[bounds.count - 1], "world \(seed): \(prefix), not /\(actual)")
    }
    #expect(stated >= 34)
  }
}
