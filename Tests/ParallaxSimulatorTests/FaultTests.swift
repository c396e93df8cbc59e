internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Faults: losses, budgets, lost vantages, denials of every form")
struct FaultTests {
  func stack(_ signature: Signature, limit: Double = 5) -> LimiterStack {
    let rule = FixedWindow(limit: limit, window: 3600, alignment: .firstRequest)
    return LimiterStack(layers: [LimiterModel(rule: rule, traits: .init(scope: Scope(.ip), signature: signature))])
  }

  func burst(_ count: Int, cell: Int = 0) -> Directive {
    .schedule(
      Schedule(stage: .probe, items: (0..<count).map { .init(offset: 0.02 * Double($0), cell: cell) }))
  }

  struct Form: Sendable {
    var signature: Signature
    var reading: Reading
  }

  static let denials: [Form] = [
    Form(signature: Signature(status: 429), reading: .limited(Signature(status: 429))),
    Form(signature: Signature(status: 200, body: "json"), reading: .limited(Signature(status: 200, body: "json"))),
    Form(signature: Signature(effect: .reset), reading: .void(.reset)),
    Form(signature: Signature(effect: .silence), reading: .void(.silence)),
  ]

  @Test("Denials look as the signature says", arguments: denials)
  func denial(form: Form) {
    var world = SimulatedWorld.quiet(stack(form.signature))
    let report = world.perform(burst(8))
    #expect(
      report.samples.map(\.reading) == Array(repeating: .passed, count: 5) + Array(repeating: form.reading, count: 3))
  }

  @Test("Silence is waited for half a second, not for the plan's ten")
  func patience() {
    var world = SimulatedWorld.quiet(stack(Signature(effect: .silence), limit: 0))
    let report = world.perform(burst(1))
    #expect(abs(report.samples[0].latency - 0.5) < 1e-9)
  }

  @Test("Losses and errors come as often as they should, and lost answers count at the target")
  func rates() {
    var losses = 0
    var errors = 0
    var sent = 0
    for seed: UInt64 in 0..<300 {
      var world = SimulatedWorld.generate(seed: seed, kind: .unlimited)
      for sample in world.perform(burst(100)).samples {
        sent += 1
        if sample.reading == .void(.silence) { losses += 1 }
        if sample.reading == .void(.serverError) { errors += 1 }
      }
    }
    // Both are drawn per world between 0 and 2 %.
    #expect((0.008...0.012).contains(Double(losses) / Double(sent)))
    #expect((0.008...0.012).contains(Double(errors) / Double(sent)))
  }

  @Test("Nothing is sent beyond the budget, and the report says why")
  func budget() {
    var world = SimulatedWorld.quiet(stack(Signature(status: 429), limit: 1000))
    world.renewBudget(Budget(requests: 30))
    #expect(world.perform(burst(20)).stopped == nil)
    let report = world.perform(burst(20))
    #expect(report.stopped != nil && world.requestsSent == 30)
    #expect(report.samples.count { $0.reading == .void(.notSent) } == 10)
    let ramp = world.perform(Scripts.exhaust(world))
    #expect(world.requestsSent == 30 && ramp.ramp?.saturation == RampOutcome.Saturation.none)
  }

  @Test("The budget of time ends a run too")
  func duration() {
    var world = SimulatedWorld.quiet(stack(Signature(status: 429)))
    world.renewBudget(Budget(duration: 60))
    #expect(world.perform(.wait(seconds: 59, reason: "")).stopped == nil)
    #expect(world.perform(.wait(seconds: 2, reason: "")).stopped != nil)
    #expect(world.perform(burst(1)).samples[0].reading == .void(.notSent))
  }

  @Test("A lost vantage sends nothing more; the others go on")
  func lostVantage() {
    let start = SimulatedWorld.quiet(stack(Signature(status: 429), limit: 1000))
    var world = start.losing(vantage: 1, at: start.now + 1)
    let far = world.design.cells.first { $0.label == "I" }!.id
    #expect(world.perform(burst(3, cell: far)).lostVantages.isEmpty)
    _ = world.perform(.wait(seconds: 2, reason: ""))
    let report = world.perform(burst(3, cell: far))
    #expect(report.lostVantages == [1])
    #expect(report.samples.allSatisfy { $0.reading == .void(.notSent) })
    #expect(world.perform(burst(3)).samples.allSatisfy { $0.reading == .passed })
  }
}
