internal import ParallaxAnalysis
internal import ParallaxLimiters
internal import ParallaxModel
internal import Testing

@Suite struct ExpectationCheckTests {
  static let account = SimulatedTarget.run(
    FixedWindow(limit: 20, window: 10, alignment: .firstRequest), scope: .account, recover: 60)
  static let none = SimulatedTarget.run(TokenBucket(rate: 1e6, burst: 1e6), scope: [], requests: 120)

  struct Case: Sendable, CustomTestStringConvertible {
    var expectation: Expectation
    var outcome: ExpectationResult.Outcome
    var testDescription: String { "\(expectation)" }
  }

  static let cases: [Case] = [
    Case(expectation: Expectation(scope: ["account"]), outcome: .kept),
    Case(expectation: Expectation(scope: ["ip"]), outcome: .broken),
    Case(expectation: Expectation(scope: []), outcome: .broken),
    Case(expectation: Expectation(scope: ["account"], limit: 20, window: 10), outcome: .kept),
    Case(expectation: Expectation(scope: ["account"], limit: 40, window: 10), outcome: .broken),
    Case(expectation: Expectation(scope: ["account"], limit: 20, window: 60), outcome: .broken),
    Case(expectation: Expectation(refusesAfter: 20), outcome: .kept),
    Case(expectation: Expectation(refusesAfter: 30), outcome: .broken),
    Case(expectation: Expectation(refusal: 429), outcome: .kept),
    Case(expectation: Expectation(refusal: 403), outcome: .broken),
    Case(expectation: Expectation(isolated: ["account"]), outcome: .kept),
    Case(expectation: Expectation(isolated: ["key"]), outcome: .broken),
    Case(expectation: Expectation(isolated: ["ip"]), outcome: .broken),
    // The simulated answers have no headers.
    Case(expectation: Expectation(retryAfter: .present), outcome: .broken),
  ]

  @Test(arguments: cases)
  func `a determined run keeps or breaks a promise`(example: Case) throws {
    let results = ExpectationCheck(Self.account).results([example.expectation])
    #expect(results.outcome == example.outcome, "\(results)")
    #expect(results.allSatisfy { !$0.because.isEmpty && !$0.name.isEmpty })
  }

  @Test func `without a limit promises are broken, and what was not seen stays unknown`() {
    let check = ExpectationCheck(Self.none)
    #expect(check.results([Expectation(scope: ["ip"])]).outcome == .broken)
    #expect(check.results([Expectation(refusesAfter: 20)]).outcome == .broken)
    #expect(check.results([Expectation(refusesAfter: 5000)]).outcome == .unknown)
    #expect(check.results([Expectation(isolated: ["key"])]).outcome == .unknown)
    #expect(check.results([Expectation(retryAfter: .present)]).outcome == .unknown)
  }

  @Test func `an algorithm counts only where it is certain`() {
    func outcome(_ expected: Limiter.AlgorithmName, posterior: Double) -> ExpectationResult.Outcome? {
      var run = Self.account
      run.verdict?.limiters[0].algorithm = Limiter.Algorithm(name: .fixedWindow, posterior: posterior)
      return ExpectationCheck(run).results([Expectation(scope: ["account"], algorithm: expected)]).last?.outcome
    }
    #expect(outcome(.fixedWindow, posterior: 0.95) == .kept)
    #expect(outcome(.tokenBucket, posterior: 0.95) == .broken)
    #expect(outcome(.fixedWindow, posterior: 0.6) == .unknown)
    #expect(outcome(.tokenBucket, posterior: 0.6) == .unknown)
  }

  @Test func `a run without a verdict shows nothing`() {
    var run = Self.account
    run.verdict = nil
    #expect(
      ExpectationCheck(run).results([Expectation(scope: ["account"], limit: 20)]).map(\.outcome) == [
        .unknown, .unknown,
      ])
  }

  private func declaring(_ wait: Double?, refused: [Double], passed: [Double]) -> MeasuredRun {
    let headers =
      wait.map {
        [
          Header("Retry-After", "\(Int($0))"), Header("RateLimit-Reset", "\(Int($0))"),
          Header("RateLimit-Limit", "20"), Header("RateLimit-Remaining", "0"),
        ]
      } ?? []
    let times = (refused.map { ($0, false) } + passed.map { ($0, true) }).sorted { $0.0 < $1.0 }
    var run = Self.account
    run.observations = times.enumerated().map { index, item in
      Observation(
        id: index, cell: 0, stage: .recover, planned: item.0, sent: item.0, end: item.0 + 0.01, clockBound: 0,
        answer: Answer(status: item.1 ? 200 : 429, headers: item.1 ? [] : headers),
        reading: item.1 ? .passed : .limited(SimulatedTarget.refusal))
    }
    return run
  }

  @Test func `a declared wait is true, false, or was never tried`() {
    func outcome(_ run: MeasuredRun, _ expectation: Expectation) -> ExpectationResult.Outcome {
      ExpectationCheck(run).results([expectation]).outcome
    }
    let truthful = Expectation(retryAfter: .truthful)
    #expect(outcome(declaring(10, refused: [0, 5], passed: [15.5]), truthful) == .kept)
    #expect(outcome(declaring(10, refused: [0, 15], passed: []), truthful) == .broken)
    var shared = declaring(10, refused: [0, 15], passed: [12])
    shared.observations[1].cell = 1
    #expect(outcome(shared, truthful) == .unknown, "another cell may have spent the bucket again by then")
    #expect(outcome(declaring(10, refused: [0], passed: [3]), truthful) == .broken)
    #expect(outcome(declaring(10, refused: [0, 4], passed: []), truthful) == .unknown)
    #expect(outcome(declaring(nil, refused: [0, 4], passed: []), truthful) == .broken)
    let reset = Expectation(reset: .truthful)
    #expect(outcome(declaring(10, refused: [0], passed: [10.5]), reset) == .kept)
    #expect(outcome(declaring(10, refused: [0, 15], passed: []), reset) == .broken)
    #expect(outcome(declaring(10, refused: [0], passed: []), Expectation(reset: .present)) == .kept)
  }
}
