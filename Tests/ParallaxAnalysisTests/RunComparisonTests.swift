internal import ParallaxAnalysis
internal import ParallaxLimiters
internal import ParallaxModel
internal import Testing

@Suite struct MannWhitneyTests {
  /// Counted by hand: for five and five, U <= 3 has 1 + 1 + 2 + 3 = 7 of 252 arrangements on either side; four and
  /// six that lie apart have one of 210.
  @Test func `small samples are counted exactly`() throws {
    let close = try #require(MannWhitney([1, 2, 3, 4, 8], [5, 6, 7, 9, 10]))
    #expect(abs(close.p - 14.0 / 252) < 1e-12, "\(close.p)")
    let apart = try #require(MannWhitney([1, 2, 3, 4], [5, 6, 7, 8, 9, 10]))
    #expect(abs(apart.p - 2.0 / 210) < 1e-12)
    #expect(apart.shift.value == 5)
    #expect(apart.shift.low <= 5 && apart.shift.high >= 5)
  }

  @Test func `equal samples are equal, and ties do no harm`() throws {
    let same = try #require(MannWhitney(Array(repeating: 1, count: 30), Array(repeating: 1, count: 30)))
    #expect(same.p == 1)
    #expect(same.shift.value == 0)
    #expect(MannWhitney([1, 2, 3], [4, 5, 6, 7]) == nil)
  }

  @Test func `the test is as wrong as it says, and no more`() throws {
    var random = SplitMix64(seed: 3)
    func sample(_ count: Int, _ shift: Double) -> [Double] {
      (0..<count).map { _ in Double.random(in: 0...1, using: &random) + shift }
    }
    var wrong = 0
    var found = 0
    for _ in 0..<1000 {
      if try #require(MannWhitney(sample(25, 0), sample(30, 0))).p < 0.05 { wrong += 1 }
      if try #require(MannWhitney(sample(25, 0), sample(30, 0.5))).p < 0.05 { found += 1 }
    }
    #expect((25...75).contains(wrong), "\(wrong) of 1000")
    #expect(found > 990, "\(found) of 1000")
  }
}

@Suite struct RunComparisonTests {
  static func run(_ limit: Double, _ scope: DimensionSet, seed: UInt64 = 7) -> MeasuredRun {
    SimulatedTarget.run(
      FixedWindow(limit: limit, window: 10, alignment: .firstRequest), scope: scope, seed: seed, recover: 60)
  }
  static let before = run(20, .account)

  private func outcomes(_ comparison: RunComparison, _ subject: String) -> [RunComparison.Outcome] {
    comparison.items.filter { $0.subject.hasPrefix(subject) }.map(\.outcome)
  }

  @Test func `the same target twice is the same`() {
    let comparison = RunComparison(Self.before, Self.run(20, .account, seed: 8))
    #expect(!comparison.hasChanged, "\(comparison.items(.changed))")
    #expect(outcomes(comparison, "scope") == [.same])
    #expect(comparison.notes.isEmpty)
  }

  @Test func `another scope is a change, in the cells too`() {
    let comparison = RunComparison(Self.before, Self.run(20, .ip))
    #expect(outcomes(comparison, "scope") == [.changed])
    #expect(outcomes(comparison, "cell ").contains(.changed))
  }

  @Test func `another limit is a change`() throws {
    let comparison = RunComparison(Self.before, Self.run(40, .account))
    #expect(outcomes(comparison, "scope") == [.same])
    #expect(outcomes(comparison, "let through") == [.changed])
    let limit = try #require(comparison.items.first { ["limit", "pace"].contains($0.subject) })
    #expect(limit.outcome == .changed, "\(limit)")
    #expect((limit.p ?? 0) < 0.05)
  }

  @Test func `slower answers are a change of latency only`() {
    var slower = Self.before
    for index in slower.observations.indices where slower.observations[index].cell == 0 {
      slower.observations[index].end += 0.3
    }
    let comparison = RunComparison(Self.before, slower)
    #expect(Set(comparison.items(.changed).map(\.subject.first)) == ["l"], "\(comparison.items(.changed))")
    #expect(comparison.items(.changed).allSatisfy { $0.subject.hasPrefix("latency of ") })
  }

  @Test func `other plans, lost vantages and missing verdicts are said`() {
    var other = Self.before
    other.planDigest = "sha256:" + String(repeating: "1", count: 64)
    let plans = RunComparison(Self.before, other)
    #expect(plans.notes.contains { $0.contains("The plans differ") })
    #expect(outcomes(plans, "cell ").allSatisfy { $0 == .incomparable })
    #expect(outcomes(plans, "latency").allSatisfy { $0 == .incomparable })

    let name = other.design.vantages[1].name
    other.design.vantages[1] = Vantage(host: "elsewhere")
    other.planText = "the same"
    var before = Self.before
    before.planText = "the same"
    let lost = RunComparison(before, other)
    #expect(lost.notes.contains("\(name) took no part in \(other.id)."))
    #expect(lost.items(.incomparable).contains { $0.because.contains("took no part") })

    other.verdict = nil
    let open = RunComparison(Self.before, other)
    #expect(outcomes(open, "scope") == [.incomparable])
    #expect(open.notes.contains { $0.contains("no verdict") })
  }
}
