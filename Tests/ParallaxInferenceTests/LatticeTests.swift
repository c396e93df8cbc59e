internal import ParallaxInference
internal import ParallaxModel
internal import Testing

@Suite struct LatticeTests {
  /// The labels of the cells that share the reference's bucket.
  private func labels(_ lattice: Lattice, _ scopes: [DimensionSet]) -> String {
    let shared = lattice.shared(by: scopes)
    return lattice.design.cells.filter { shared & (1 << CellMask($0.id)) != 0 }.map(\.label).joined()
  }

  @Test func `every scope has its own pattern`() {
    let lattice = Lattice(design: Designs.make())
    let table: [([DimensionSet], String)] = [
      ([[]], "RIKBLM"), ([.ip], "RKB"), ([.account], "RIKM"), ([.key], "RI"), ([[.ip, .account]], "RK"),
      ([[.ip, .key]], "R"), ([.ip, .account], "RIKBM"), ([.ip, .key], "RIKB"), ([[.ip, .account], .key], "RIK"),
    ]
    for (scopes, expected) in table { #expect(labels(lattice, scopes) == expected) }
    #expect(Set(table.map(\.1)).count == table.count)
  }

  @Test(arguments: 0...5) func `priors sum to one, whatever the dimensions`(further: Int) {
    let lattice = Lattice(design: Designs.make(further: further))
    #expect(abs(lattice.hypotheses.reduce(0) { $0 + $1.prior } - 1) < 1e-9)
    #expect(lattice.hypotheses.allSatisfy { $0.prior > 0 })
  }

  @Test func `a key implies its account, so no scope holds both`() {
    let lattice = Lattice(design: Designs.make(further: 2))
    let scopes = lattice.hypotheses.flatMap(\.scopes)
    #expect(scopes.allSatisfy { !$0.isSuperset(of: [.key, .account]) })
    #expect(scopes.contains([.ip, .further(1)]))
  }

  @Test func `a further dimension in the scope separates its cell alone`() {
    let lattice = Lattice(design: Designs.make(further: 2))
    #expect(labels(lattice, [[.ip, .further(0)]]) == "RKBE1")
    #expect(labels(lattice, [[.further(0), .further(1)]]) == "RIKBLM")
  }

  @Test func `with one vantage, scopes with and without ip look alike`() {
    let lattice = Lattice(design: Designs.make(vantages: 1))
    #expect(lattice.shared(by: [[]]) == lattice.shared(by: [.ip]))
    #expect(lattice.shared(by: [.account]) == lattice.shared(by: [[.ip, .account]]))
    #expect(lattice.shared(by: [.account]) != lattice.shared(by: [.key]))
  }

  @Test func `replicates of a vantage belong together`() {
    var design = Designs.make()
    design.vantages.append(Vantage(host: "v2"))
    var more = design.cells[1]
    more.id = design.cells.count
    more.label = "I2"
    more.vantage = 2
    design.cells.append(more)
    let lattice = Lattice(design: design)
    #expect(labels(lattice, [.ip]) == "RKB")
    #expect(labels(lattice, [.account]) == "RIKMI2")
  }
}
