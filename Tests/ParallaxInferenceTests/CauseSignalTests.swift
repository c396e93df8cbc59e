internal import ParallaxInference
internal import ParallaxModel
internal import Testing

@Suite("What answers say about causes")
struct CauseSignalTests {
  private static let account: Set = ["R", "I", "I2", "K", "M", "N", "C", "E2"]
  private static let address: Set = ["R", "K", "B", "N", "C", "E2", "G"]
  private static let key: Set = ["R", "I", "I2", "C", "E2"]
  private static let everyone: Set = ["R", "I", "I2", "K", "B", "L", "M", "N", "C", "E2", "G", "G2"]

  @Test(
    "Words and codes name causes that cells alone do not",
    arguments: [
      (account, [CauseSignal.speaks(of: .billing)], CauseKind.noCredit),
      (account, [.speaks(of: .concurrency)], .concurrency),
      (address, [.speaks(of: .callersProxy)], .callersProxy),
      (address, [.speaks(of: .block)], .ipBlocked),
      (key, [.speaks(of: .entitlement)], .keyRestricted),
      (key, [.limit(0)], .keyRestricted),
      (everyone, [.speaks(of: .capacity)], .capacity),
      (everyone, [.limit(100), .remaining(0), .speaks(of: .quota)], .everyoneShares),
      (everyone, [.limit(0)], .misconfiguredLimit),
    ] as [(Set<String>, [CauseSignal], CauseKind)])
  func words(limited: Set<String>, signals: [CauseSignal], cause: CauseKind) {
    var bench = CauseBench()
    for _ in 0..<2 { bench.matrix(limited: limited, signals: signals) }
    for _ in 0..<8 { bench.look("R", .limited, after: 5, signals: signals) }
    #expect(bench.best.cause == cause && bench.best.posterior > 0.8)
  }

  @Test("A layer of billing, or a status of 403, speaks too")
  func signatures() {
    var billing = CauseBench()
    for _ in 0..<2 { billing.matrix(limited: Self.account, signature: Signature(status: 402, layer: .billing)) }
    #expect(billing.best.cause == .noCredit)
    var forbidden = CauseBench()
    var plain = CauseBench()
    forbidden.matrix(limited: Self.address, signature: Signature(status: 403))
    plain.matrix(limited: Self.address, signature: Signature(status: 429))
    let both = [forbidden, plain].map { $0.posterior.estimate() }
    #expect(both[0].posterior(of: .ipBlocked) > both[1].posterior(of: .ipBlocked))
    #expect(both[0].posterior(of: .ipLimited) < both[1].posterior(of: .ipLimited))
  }

  @Test("Waits that grow with every refusal are a ban that escalates; the same wait is not")
  func growingWaits() {
    var growing = CauseBench()
    var constant = CauseBench()
    for index in 0..<5 {
      growing.matrix(limited: Self.address, signals: [.resets(after: 300 * Double(1 << index))])
      constant.matrix(limited: Self.address, signals: [.resets(after: 300)])
    }
    #expect(growing.best.cause == .escalatingBan && growing.best.posterior > 0.9)
    #expect(constant.posterior.estimate().posterior(of: .escalatingBan) < 0.05)
  }

  @Test("A remainder that goes up and down is several counters'")
  func replicas() {
    var bench = CauseBench()
    for _ in 0..<2 { bench.matrix(limited: Self.key) }
    for index in 0..<12 {
      let remaining = Double(index.isMultiple(of: 2) ? 90 - index : 20 - index)
      if index % 3 == 0 {
        bench.look("R", .limited, after: 1)
      } else {
        bench.look("R", .accepted, after: 1, signals: [.remaining(remaining)])
      }
    }
    #expect(bench.posterior.estimate().posterior(of: .replicaCounters) > 0.2)
  }

  @Test("A refusal that declares nothing left is no passing error; one that says nothing may be")
  func errorOrLimit() {
    func isNothing(_ signals: [CauseSignal]) -> Double {
      var bench = CauseBench()
      bench.look("R", .limited, signals: signals)
      #expect(bench.posterior.endsLimited)
      for label in ["I", "K", "B", "R"] { bench.look(label, .accepted) }
      #expect(!bench.posterior.endsLimited)
      return bench.posterior.estimate().posterior(of: .nothing)
    }
    #expect(isNothing([]) > 0.5 && isNothing([.limit(12), .remaining(0)]) < 0.1)
  }

  @Test("What others consume while we are silent shows in the remainder")
  func hiddenConsumption() {
    func spent(_ drop: Double) -> Double {
      var bench = CauseBench()
      bench.matrix(limited: Self.key)
      for _ in 0..<4 { bench.look("R", .limited, after: 1) }
      bench.look("C", .accepted, after: 1, signals: [.remaining(50)])
      bench.look("C", .accepted, after: 5, signals: [.remaining(50 - drop)])
      return bench.posterior.estimate().posterior(of: .keyUsedElsewhere)
    }
    #expect(spent(30) > spent(1))
  }

  @Test("A declared scope is a hint, and the cells overrule it")
  func declaredScope() {
    var bench = CauseBench()
    for _ in 0..<2 { bench.matrix(limited: Self.address, signals: [.scope(.account)]) }
    #expect([.ipLimited, .ipBlocked].contains(bench.best.cause))
  }

  @Test("A sample becomes a look: void says nothing, and a key that is not accepted is refused")
  func looks() {
    let void = Sample(cell: 0, time: 1, sent: 1, latency: 0.1, reading: .void(.silence))
    #expect(CauseLook(void) == nil)
    let refused = Sample(
      cell: 0, time: 1, sent: 1, latency: 0.1, reading: .passed, signals: [.speaks(of: .credential)])
    #expect(CauseLook(refused)?.outcome == .refused)
    let limited = Sample(cell: 0, time: 1, sent: 1, latency: 0.1, reading: .limited(Signature(status: 429)))
    #expect(CauseLook(limited)?.outcome == .limited && CauseLook(limited)?.signature?.status == 429)
  }
}
