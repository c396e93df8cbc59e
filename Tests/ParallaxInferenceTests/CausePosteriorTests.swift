internal import ParallaxInference
internal import ParallaxModel
internal import Testing

@Suite("Causes of a fresh key's refusal")
struct CausePosteriorTests {
  @Test(
    "The cells that are limited say what the refusal goes by",
    arguments: [
      (["R", "I", "I2", "K", "M", "N", "C", "E2"], [CauseKind.accountQuotaSpent, .stateDoesNotReset, .noCredit]),
      (["R", "K", "B", "N", "C", "E2", "G"], [.ipLimited, .ipBlocked, .keyNotRecognised, .escalatingBan]),
      (["R", "I", "I2", "C", "E2"], [.keyUsedElsewhere, .stateDoesNotReset, .keyRestricted]),
      (["R", "I", "I2", "N", "C", "E2"], [.keyRestricted]),
      (["R", "I", "I2", "N", "E2"], [.keyRestricted]),
      (
        ["R", "I", "I2", "K", "B", "L", "M", "N", "C", "E2", "G", "G2"],
        [.capacity, .everyoneShares, .misconfiguredLimit]
      ),
      (["R", "I2", "K", "B", "N", "C", "E2", "G"], [.networkBlocked, .ipLimited]),
      (["R", "I", "I2", "K", "B", "L", "M", "N", "C", "G", "G2"], [.clientStack]),
    ])
  func patterns(limited: [String], allowed: [CauseKind]) {
    var bench = CauseBench()
    for _ in 0..<2 { bench.matrix(limited: Set(limited)) }
    #expect(Set(bench.causes).isSubset(of: allowed) && bench.causes.contains(allowed[0]))
  }

  @Test("Success in between means that others spend it; none leaves a counter that never ends")
  func time() {
    let limited: Set = ["R", "I", "I2", "K", "M", "N", "C", "E2"]
    var spent = CauseBench()
    spent.matrix(limited: limited)
    for index in 0..<6 { spent.look("R", index % 3 == 2 ? .accepted : .limited, after: 2) }
    #expect(spent.best.cause == .accountQuotaSpent && spent.best.posterior > 0.95)
    var silent = CauseBench()
    silent.matrix(limited: limited)
    for _ in 0..<6 { silent.look("R", .limited, after: 2) }
    #expect(Set(silent.causes).isSuperset(of: [.accountQuotaSpent, .stateDoesNotReset]))
  }

  @Test("A key that ends only after a long silence, never by the hour, is renewed by every request")
  func renewed() {
    var bench = CauseBench()
    for _ in 0..<2 { bench.matrix(limited: ["R", "I", "I2", "C", "E2"]) }
    for gap in [3.0, 5, 9, 15, 25, 20, 25, 20, 25, 20, 25] { bench.look("R", .limited, after: gap) }
    for _ in 0..<5 { bench.look("R", .accepted, after: 40) }
    let estimate = bench.posterior.estimate()
    #expect(estimate.posterior(of: .stateDoesNotReset) > 0.3)
    // Limited shortly before the hour and passing after it: a window's end, not the silence.
    var window = CauseBench()
    for _ in 0..<2 { window.matrix(limited: ["R", "I", "I2", "C", "E2"]) }
    let hour = 3600 - (1_750_000_000 + window.now).truncatingRemainder(dividingBy: 3600)
    window.look("R", .limited, after: hour - 3)
    window.look("R", .accepted, after: 3.5)
    #expect(window.best.cause == .keyUsedElsewhere && window.best.posterior > 0.95)
  }

  @Test("Promised ends that come true speak for a quota, and those that do not against it")
  func promises() {
    func run(_ outcome: CauseLook.Outcome) -> CauseEstimate {
      var bench = CauseBench()
      bench.matrix(limited: ["R", "I", "I2", "K", "M", "N", "C", "E2"], signals: [.resets(after: 40)])
      bench.look("R", .limited, after: 36, signals: [.resets(after: 3)])
      bench.look("R", outcome, after: 5, signals: outcome == .limited ? [.resets(after: 40)] : [])
      return bench.posterior.estimate()
    }
    #expect(run(.accepted).posterior(of: .accountQuotaSpent) > 0.95)
    #expect(run(.limited).posterior(of: .stateDoesNotReset) > 2 * run(.accepted).posterior(of: .stateDoesNotReset))
    #expect(run(.limited).posterior(of: .stateDoesNotReset) > 0.35)
  }

  @Test("A key that the target must not know tells whether keys are looked at")
  func unknownKey() {
    func estimate(elsewhere: CauseLook.Outcome) -> CauseEstimate {
      var bench = CauseBench()
      for _ in 0..<2 {
        for label in ["R", "K", "B", "N", "C", "E2", "G"] { bench.look(label, .limited) }
        for label in ["I", "I2", "L", "M"] { bench.look(label, .accepted) }
        bench.look("G2", elsewhere)
      }
      return bench.posterior.estimate()
    }
    #expect(estimate(elsewhere: .accepted).posterior(of: .keyNotRecognised) > 0.95)
    #expect(estimate(elsewhere: .refused).posterior(of: .keyNotRecognised) < 0.001)
  }

  @Test("One refusal among successes is a passing error")
  func passingError() {
    var bench = CauseBench()
    bench.look("R", .limited)
    for _ in 0..<2 { bench.matrix(limited: []) }
    #expect(bench.best.cause == .nothing && bench.best.posterior > 0.95)
  }

  @Test("Without a look the priors stand, and probabilities sum to one at any time")
  func sums() {
    var bench = CauseBench()
    for _ in 0..<3 {
      let sum = bench.posterior.estimate().ranked.reduce(0) { $0 + $1.posterior }
      #expect(abs(sum - 1) < 1e-9)
      bench.matrix(limited: ["R", "K"])
    }
  }

  @Test("The next look is asked for where it tells most")
  func information() {
    var bench = CauseBench()
    for label in ["R", "I"] { bench.look(label, .limited) }
    for label in ["K", "B", "L", "M"] { bench.look(label, .accepted) }
    let bits = ["R", "N", "B", "L"].map { label in
      bench.posterior.expectedInformation(ofLookingAt: CauseBench.id(label), at: [bench.now + 0.1])[0]
    }
    #expect(bits.allSatisfy { $0 >= 0 })
    #expect(bits[1] > 5 * bits[0] && bits[1] > 5 * bits[2] && bits[1] > 5 * bits[3])
  }
}
