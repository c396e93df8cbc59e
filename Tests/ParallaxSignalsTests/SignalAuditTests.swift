internal import ParallaxModel
internal import ParallaxSignals
internal import Testing

@Suite struct SignalAuditTests {
  private func limited(_ time: Double, wait: Double?) -> SignalAudit.Entry {
    SignalAudit.Entry(
      cell: 0, time: time, reading: .limited(Signature(status: 429)), declared: Declarations(retryAfter: wait))
  }

  private func passed(_ time: Double, remaining: Double? = nil, reset: Double? = nil) -> SignalAudit.Entry {
    let policies = remaining.map { [DeclaredPolicy(limit: 60, remaining: $0, reset: reset, source: .common)] } ?? []
    return SignalAudit.Entry(cell: 0, time: time, reading: .passed, declared: Declarations(policies: policies))
  }

  @Test func believesWhatComesTrue() {
    #expect(SignalAudit.findings([limited(0, wait: 10), passed(10)]).isEmpty)
    #expect(SignalAudit.findings([limited(0, wait: 10), passed(9.5)]).isEmpty)
    #expect(SignalAudit.findings([limited(0, wait: 10), limited(5, wait: 5), passed(10.2)]).isEmpty)
    #expect(SignalAudit.findings([limited(0, wait: nil), passed(1)]).isEmpty)
    #expect(SignalAudit.findings((0..<9).map { passed(Double($0), remaining: Double(50 - $0)) }).isEmpty)
  }

  @Test func findsAWaitThatWasTooLong() {
    let findings = SignalAudit.findings([limited(0, wait: 60), passed(7)])
    #expect(findings.map(\.kind) == [.untrue])
    #expect(findings.first?.text == "it asked to wait 60 s, but a request passed after 7 s")
  }

  @Test func findsAWaitThatWasTooShort() {
    let findings = SignalAudit.findings([limited(0, wait: 5), limited(20, wait: 5)])
    #expect(findings.map(\.field) == ["retry-after"])
  }

  @Test func findsARemainingThatDoesNotFall() {
    #expect(SignalAudit.findings((0..<5).map { passed(Double($0), remaining: 59) }).map(\.field) == ["remaining"])
    #expect(SignalAudit.findings((0..<4).map { passed(Double($0), remaining: 59) }).isEmpty)
    // Every request finds a new window.
    #expect(SignalAudit.findings((0..<9).map { passed(Double($0), remaining: 59, reset: 0.5) }).isEmpty)
  }

  @Test func bindingPolicyIsTheOneThatIsSpent() {
    let day = DeclaredPolicy(name: "day", limit: 1000, remaining: 500, source: .common)
    let minute = DeclaredPolicy(name: "minute", limit: 60, remaining: 59, source: .common)
    var spent = minute
    spent.remaining = 0
    #expect(Declarations(policies: [minute, day]).binding == day)
    #expect(Declarations(policies: [day, spent]).binding == spent)
    #expect(Declarations().binding == nil)
  }
}
