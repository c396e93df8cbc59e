internal import ParallaxAnalysis
internal import ParallaxModel
internal import Testing

/// Runs of any length are looked back on in bounded memory: figures of all requests stay exact.
@Suite struct RunTallyTests {
  private static func observation(_ id: Int, headers: [Header] = []) -> Observation {
    let reading: Reading = id % 10 == 9 ? .void(.silence) : id % 2 == 0 ? .passed : .limited(Signature(status: 429))
    let sent = Double(id) / 100
    return Observation(
      id: id, cell: id % 3, stage: id < 30 ? .triage : .probe, planned: sent - 0.001, sent: sent,
      end: sent + Double(1 + id % 100) / 1000, clockBound: 0.002,
      answer: Answer(status: id % 10 == 9 ? nil : 200, headers: headers), reading: reading)
  }

  @Test func figuresOfALongRunAreExactAndWhatIsKeptIsBounded() throws {
    let count = ObservationCollector.limit.observations + 50_000
    var collector = ObservationCollector()
    for id in 0..<count { collector.take(Self.observation(id)) }
    #expect(!collector.keeps)
    #expect(collector.kept.map(\.id) == Array(0..<ObservationCollector.limit.observations))
    let tally = collector.tally
    #expect(tally.count == count && tally.sent == count)
    #expect(tally.readings.passed == count / 2)
    #expect(tally.readings.limited == count * 4 / 10)
    #expect(tally.voids == [.silence: count / 10])
    #expect(tally.stages[.triage]?.readings.all == 30)
    #expect(tally.stages[.probe]?.last == Double(count - 1) / 100)
    #expect(tally.cells.values.reduce(0) { $0 + $1.readings.all } == count)
    #expect(tally.kinds.map(\.count) == [count / 2, count * 4 / 10, count / 10])
    #expect(tally.kinds.map(\.first.id) == [0, 1, 9])
    for cell in tally.cells.values {
      #expect(cell.passed.kept.count <= 4096 && cell.passed.kept.count > 1024)
      #expect(cell.passed.kept.map(\.time) == cell.passed.kept.map(\.time).sorted())
    }
  }

  @Test func largeAnswersEndTheKeepingSooner() {
    var collector = ObservationCollector()
    let header = Header("x", String(repeating: "y", count: 1 << 20))
    for id in 0..<100 { collector.take(Self.observation(id, headers: [header])) }
    #expect(collector.kept.count == 32)
    #expect(collector.tally.count == 100)
  }

  @Test func whatWasNotSentIsNoRequest() {
    var tally = RunTally()
    var unsent = Self.observation(0)
    unsent.reading = .void(.notSent)
    tally.add(unsent)
    #expect(tally.count == 1 && tally.sent == 0 && tally.cells.isEmpty)
    #expect(tally.voids == [.notSent: 1])
  }

  @Test(arguments: [1.0, 0.0013, 100])
  func quantilesAreWithinAPerCent(scale: Double) throws {
    var histogram = LatencyHistogram()
    // Of a log-uniform distribution over a factor of a hundred.
    for index in 0..<100_000 {
      let share = (Double(index * 7919 % 100_000) + 0.5) / 100_000
      histogram.add(scale * power(100, share))
    }
    for share in [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] {
      let expected = scale * power(100, share)
      #expect(abs(histogram.quantile(share) / expected - 1) < 0.01, "\(share)")
    }
    let summary = try #require(LatencySummary(histogram))
    #expect(summary.count == 100_000 && summary.low < summary.median && summary.median < summary.high)
  }

  @Test func extremesAreKeptInBounds() {
    var histogram = LatencyHistogram()
    #expect(LatencySummary(histogram) == nil)
    for seconds in [-1, 0, 1e-9, 1e9] { histogram.add(seconds) }
    #expect(histogram.max == 1e9)
    #expect(histogram.quantile(0.1) < 2e-6)
    #expect(histogram.quantile(1) > 10_000)
  }

  /// base^exponent for an exponent between 0 and 1, by halving: the standard library has no power.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    for _ in 0..<52 {
      factor = factor.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= factor
        rest -= 1
      }
    }
    return result
  }
}
