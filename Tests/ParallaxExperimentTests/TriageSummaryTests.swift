internal import ParallaxExperiment
internal import ParallaxModel
internal import Testing

@Suite struct TriageSummaryTests {
  static func design() throws -> Design {
    let key = { (name: String) in Key(name: name, source: .environment(name)) }
    let target = Target(
      url: URLParts(scheme: .http, host: "127.0.0.1", port: 80, path: "/"), permission: "a test")
    return try Design.make(
      plan: Plan(
        target: target,
        accounts: [Account(name: "A", keys: [key("a1"), key("a2")]), Account(name: "B", keys: [key("b1")])]),
      vantages: [Vantage(host: "x"), Vantage(host: "y")])
  }

  static func conclusion(limited: Set<String>) throws -> Conclusion {
    let design = try design()
    let observations = design.cells.map { cell in
      Observation(
        id: cell.id, cell: cell.id, stage: .triage, planned: 0, sent: 0, end: 1, clockBound: 0, answer: Answer(),
        reading: limited.contains(cell.label) ? .limited(Signature(status: 429)) : .passed)
    }
    return TriageSummary.conclusion(design: design, observations: observations)
  }

  @Test func aHealthyTargetHasNoCause() throws {
    let conclusion = try Self.conclusion(limited: [])
    #expect(conclusion.status == .noLimitObserved)
    #expect(conclusion.causes.map(\.cause) == ["none"])
  }

  static let patterns: [(limited: Set<String>, expected: String)] = [
    (["R", "K", "B"], "keyed on: ip"), (["R", "I", "K", "M"], "keyed on: account"), (["R", "I"], "keyed on: key"),
    (["R"], "keyed on: ip+key"), (["R", "L"], "no single scope"),
  ]

  @Test(arguments: patterns)
  func theLimitedCellsNameTheScopesThatFit(limited: Set<String>, expected: String) throws {
    let reason = try #require(try Self.conclusion(limited: limited).inconclusive)
    #expect(reason.because.contains(expected), "\(reason.because)")
  }
}
