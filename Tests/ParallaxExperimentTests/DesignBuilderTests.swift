internal import ParallaxExperiment
internal import ParallaxModel
internal import Testing

@Suite struct DesignBuilderTests {
  private func key(_ name: String) -> Key { Key(name: name, source: .environment("KEY_\(name)")) }

  private func plan(
    accounts: [Account]? = nil, reference: Plan.Reference = .init(), dimensions: [Dimension] = []
  ) -> Plan {
    Plan(
      target: Target(
        url: URLParts(scheme: .http, host: "127.0.0.1", port: 80, path: "/"), permission: "own"),
      accounts: accounts ?? [
        Account(name: "A", keys: [key("a1"), key("a2")]), Account(name: "B", keys: [key("b1")]),
      ],
      reference: reference, dimensions: dimensions)
  }

  private let vantages = [Vantage(host: "fra1"), Vantage(host: "nyc1")]

  @Test func `the full matrix, reference first`() throws {
    let design = try Design.make(
      plan: plan(dimensions: [Dimension(name: "path", levels: ["/a", "/b"])]), vantages: vantages)
    #expect(design.cells.map(\.label) == ["R", "I", "K", "B", "L", "M", "E"])
    #expect(
      design.cells.map { design.name(of: $0) } == [
        "fra1 x a1", "nyc1 x a1", "fra1 x a2", "fra1 x b1", "nyc1 x b1", "nyc1 x a2", "fra1 x a1 x /b",
      ])
    #expect(design.cells[4].differs == [.ip, .key, .account])
    #expect(design.gaps.isEmpty)
  }

  @Test func `the plan chooses the reference`() throws {
    let design = try Design.make(
      plan: plan(reference: .init(vantage: "nyc1", key: "b1")), vantages: vantages)
    #expect(design.name(of: design.reference) == "nyc1 x b1")
    #expect(design.cells.first { $0.label == "I" }.map { design.name(of: $0) } == "fra1 x b1")
    #expect(design.cells.first { $0.label == "B" }?.account == "A")
    #expect(!design.cells.contains { $0.label == "K" })
    #expect(design.gaps.map(\.dimension) == ["key"])
  }

  @Test func `more vantages are replicates, other hosts first, four at most`() throws {
    let many = [
      Vantage(host: "fra1", sourceAddress: "203.0.113.1"), Vantage(host: "fra1", sourceAddress: "203.0.113.2"),
      Vantage(host: "nyc1"), Vantage(host: "sgp1"), Vantage(host: "syd1"),
    ]
    let design = try Design.make(plan: plan(), vantages: many)
    let ips = design.cells.filter { $0.differs == .ip && !$0.isControl }
    #expect(ips.map(\.label) == ["I", "I2", "I3"])
    #expect(ips.map { many[$0.vantage].host } == ["nyc1", "sgp1", "syd1"])
    #expect(Set(design.cells.filter { !$0.isControl }.map(\.vantage)).count == 4)
  }

  @Test func `one of anything is a gap that says what to add`() throws {
    let design = try Design.make(
      plan: plan(
        accounts: [Account(name: "A", keys: [key("a1")])], dimensions: [Dimension(name: "path", levels: ["/a"])]),
      vantages: [vantages[0]])
    #expect(design.cells.map(\.label) == ["R"])
    #expect(design.gaps.map(\.dimension) == ["ip", "key", "account", "path"])
    #expect(design.gaps.allSatisfy { !$0.because.isEmpty && !$0.toSettle.isEmpty })
  }

  @Test func `a reference that does not exist is refused with a suggestion`() {
    #expect {
      try Design.make(plan: plan(reference: .init(key: "a3x")), vantages: vantages)
    } throws: { error in
      let error = error as? ParallaxError
      return error?.code == .planInvalid && error?.remedy?.contains("did you mean") == true
    }
    #expect {
      try Design.make(plan: plan(reference: .init(vantage: "fra")), vantages: vantages)
    } throws: { error in
      (error as? ParallaxError)?.remedy?.contains("fra1") == true
    }
  }

  @Test func `no key, or no vantage, is an error`() {
    #expect(throws: ParallaxError.self) { try Design.make(plan: plan(accounts: []), vantages: vantages) }
    #expect(throws: ParallaxError.self) { try Design.make(plan: plan(), vantages: []) }
  }
}
