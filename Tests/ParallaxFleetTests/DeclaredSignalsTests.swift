internal import ParallaxFleet
internal import ParallaxModel
internal import Testing

/// What answers declare, held against what was measured.
@Suite struct DeclaredSignalsTests {
  static let refusal = Signature(status: 429, server: "nginx", headers: ["retry-after"], body: "", layer: .edge)

  private static func observation(_ time: Double, limited: Bool, _ headers: [Header]) -> Observation {
    Observation(
      id: 0, cell: 0, stage: .probe, planned: time, sent: time, end: time + 0.02, clockBound: 0,
      answer: Answer(status: limited ? 429 : 200, headers: headers, bytes: 100),
      reading: limited ? .limited(refusal) : .passed)
  }

  /// A limiter of 60 a minute as it was measured, completed by what answers like these declare.
  private static func completed(
    limit: Double? = 60, window: Double? = 60, _ observations: [Observation]
  ) -> (declared: Limiter.Declared?, notes: [String]) {
    func estimate(_ value: Double?) -> Estimate? { value.map { Estimate(value: $0, low: $0 - 1, high: $0 + 1) } }
    let limiter = Limiter(
      scope: ["key"], posterior: 0.99, kind: .rate, signature: refusal,
      algorithm: Limiter.Algorithm(name: .fixedWindow, posterior: 0.9), limit: estimate(limit),
      window: estimate(window), evidence: [])
    let conclusion = Conclusion(status: .determined, limiters: [limiter])
    let done = DeclaredSignals(observations: observations, clockOrigin: 1.75e9).completed(conclusion)
    return (done.limiters[0].declared, done.notes)
  }

  private static let policy = [
    Header("RateLimit-Policy", "\"default\";q=60;w=60"), Header("RateLimit", "\"default\";r=0"),
  ]

  @Test func aTrueDeclarationAgrees() {
    let (declared, notes) = Self.completed([Self.observation(1, limited: true, Self.policy)])
    #expect(declared == Limiter.Declared(limit: 60, window: 60, agrees: true))
    #expect(notes == [])
  }

  @Test(arguments: [(20.0, 60.0), (60, 3600), (75, 60)])
  func aDeclarationThatWasNotMeasuredIsAFinding(limit: Double, window: Double) {
    let (declared, notes) = Self.completed(
      limit: limit, window: window, [Self.observation(1, limited: true, Self.policy)])
    #expect(declared?.agrees == false)
    #expect(
      notes == ["false signal: the answers declare a limit of 60 and a window of 60 s, which is not what was measured"])
  }

  /// Rounding, and a tenth, are no lie.
  @Test func aLittleOffStillAgrees() {
    let (declared, _) = Self.completed(limit: 56, [Self.observation(1, limited: true, Self.policy)])
    #expect(declared?.agrees == true)
  }

  @Test func whereNothingWasMeasuredNothingAgreesOrDisagrees() {
    let (declared, notes) = Self.completed(
      limit: nil, window: nil, [Self.observation(1, limited: true, Self.policy)])
    #expect(declared == Limiter.Declared(limit: 60, window: 60, agrees: nil) && notes == [])
  }

  @Test func aSilentLimiterDeclaresNothing() {
    let (declared, notes) = Self.completed([Self.observation(1, limited: true, [])])
    #expect(declared == nil && notes == [])
  }

  /// Where refusals say nothing, passed answers do.
  @Test func aPolicyOnPassedAnswersCounts() {
    let (declared, _) = Self.completed([
      Self.observation(1, limited: false, Self.policy), Self.observation(2, limited: true, []),
    ])
    #expect(declared?.limit == 60 && declared?.agrees == true)
  }

  @Test func aWaitThatDoesNotComeTrueIsAFinding() {
    let wait = [Header("Retry-After", "30")]
    let early = Self.completed([Self.observation(1, limited: true, wait), Self.observation(5, limited: false, [])])
    #expect(early.notes == ["false signal: retry-after: it asked to wait 30 s, but a request passed after 4 s"])
    let late = Self.completed([Self.observation(1, limited: true, wait), Self.observation(50, limited: true, wait)])
    #expect(late.notes.count == 1 && late.notes[0].contains("after 49 s of silence the next was refused too"))
  }

  @Test func aRemainingThatDoesNotFallIsAFindingOnce() {
    let same = [Header("X-RateLimit-Limit", "60"), Header("X-RateLimit-Remaining", "59")]
    let (_, notes) = Self.completed((1...12).map { Self.observation(Double($0), limited: false, same) })
    #expect(notes.filter { $0.contains("remaining: it stayed at 59") }.count == 1)
  }

  @Test func whatCannotBeReadIsAFinding() {
    let (_, notes) = Self.completed([Self.observation(1, limited: true, [Header("Retry-After", "soon")])])
    #expect(notes.count == 1 && notes[0].contains("unparseable signal: retry-after"))
  }
}
