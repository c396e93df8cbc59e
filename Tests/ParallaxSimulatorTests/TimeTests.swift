internal import ParallaxLimiters
internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Virtual time: arrivals, hand-overs, clocks")
struct TimeTests {
  static let limited = Signature(status: 429)

  func stack(_ rule: some AdmissionRule, _ scope: DimensionSet = []) -> LimiterStack {
    LimiterStack(layers: [LimiterModel(rule: rule, traits: .init(scope: Scope(scope), signature: Self.limited))])
  }

  func cell(_ label: String, in world: SimulatedWorld) -> Int {
    world.design.cells.first { $0.label == label }!.id
  }

  @Test("What arrives first is served first, however far its vantage is")
  func interleaving() {
    // Two places; the far vantage's request is due between the near one's two.
    var world = SimulatedWorld.quiet(
      stack(FixedWindow(limit: 2, window: 3600, alignment: .firstRequest)), roundTrips: [0.01, 0.3])
    let far = cell("I", in: world)
    let report = world.perform(
      .schedule(
        Schedule(
          stage: .probe,
          items: [
            .init(offset: 0, cell: 0), .init(offset: 0.012, cell: far), .init(offset: 0.024, cell: 0),
          ])))
    #expect(report.samples.map(\.cell) == [0, far, 0])
    #expect(report.samples.map(\.reading) == [.passed, .passed, .limited(Self.limited)])
    // It left long before the two that it arrived between.
    #expect(report.samples[1].sent < report.samples[0].sent - 0.1)
  }

  @Test("The control latency is paid once per schedule, not per request")
  func handOver() {
    for control in [0.005, 0.3] {
      var world = SimulatedWorld.quiet(stack(Concurrency(limit: 1000)), control: control)
      let before = world.now
      let items = (0..<20).map { Schedule.Item(offset: 0.01 * Double($0), cell: 0) }
      let report = world.perform(.schedule(Schedule(stage: .probe, items: items)))
      let spent = report.now - before
      // Arming, the farthest round trip, the schedule itself, the last answer's way back, and the report.
      #expect(spent >= 2 * control + 0.04 + 0.19 && spent <= 2.6 * control + 0.04 + 0.19 + 0.05)
      let gaps = zip(report.samples.dropFirst(), report.samples).map { $0.time - $1.time }
      #expect(gaps.allSatisfy { abs($0 - 0.01) < 1e-6 })
    }
  }

  @Test("A wait passes time and sends nothing")
  func wait() {
    var world = SimulatedWorld.quiet(stack(FixedWindow(limit: 1, window: 60, alignment: .firstRequest)))
    let before = world.now
    let report = world.perform(.wait(seconds: 61, reason: "the window"))
    #expect(report.now == before + 61 && report.samples.isEmpty && world.requestsSent == 0)
  }

  @Test("A window of the clock reopens at a multiple of its length on the controller's clock")
  func alignment() {
    var world = SimulatedWorld.quiet(
      stack(FixedWindow(limit: 1, window: 60, alignment: .clock)),
      start: 1_750_000_030 - 1_750_000_000.truncatingRemainder(dividingBy: 60))
    let items = [0.0, 28, 31].map { Schedule.Item(offset: $0, cell: 0) }
    let report = world.perform(.schedule(Schedule(stage: .recover, items: items)))
    #expect(report.samples.map(\.reading) == [.passed, .limited(Self.limited), .passed])
  }

  @Test("A queue shows as latency, and the agent waits for it")
  func queue() {
    var world = SimulatedWorld.quiet(stack(LeakyBucket(rate: 4, burst: 3)))
    let items = Array(repeating: Schedule.Item(offset: 0, cell: 0), count: 5)
    let report = world.perform(.schedule(Schedule(stage: .probe, items: items)))
    let delays = report.samples.filter { $0.reading == .passed }.map { $0.latency - 0.05 }.sorted()
    #expect(delays.count == 4)
    for (delay, expected) in zip(delays, [0, 0.25, 0.5, 0.75]) { #expect(abs(delay - expected) < 1e-6) }
  }

  @Test("Estimated arrivals are off by less than the bound that is stated")
  func bounds() {
    // Whether an arrival was before or after the edge of a window tells where it truly lay.
    for seed: UInt64 in 0..<200 {
      let world = SimulatedWorld.generate(seed: seed, kind: .unlimited)
      var copy = world
      let report = copy.perform(Scripts.triage(world.design))
      #expect(report.samples.allSatisfy { $0.bound > 0 && $0.bound < 0.06 })
    }
  }

  @Test("A ramp ends hard or leaky as the limiter is, and its first denial is on the report's clock")
  func ramp() {
    var hard = SimulatedWorld.quiet(stack(FixedWindow(limit: 40, window: 3600, alignment: .firstRequest)))
    let report = hard.perform(Scripts.exhaust(hard, followUp: [cell("K", in: hard), cell("B", in: hard)]))
    #expect(report.ramp?.saturation == .hard)
    let first = report.samples.first { $0.reading != .passed }!
    #expect(report.ramp?.firstDenial == first.sent)
    #expect(report.samples.count { $0.reading == .passed } == 40)
    #expect(report.samples.suffix(3).map { hard.design.cells[$0.cell].label } == ["R", "K", "B"])
    var leaky = SimulatedWorld.quiet(stack(TokenBucket(rate: 10, burst: 20)))
    #expect(leaky.perform(Scripts.exhaust(leaky)).ramp?.saturation == .leaky)
    var none = SimulatedWorld.quiet(LimiterStack(layers: []))
    let outcome = none.perform(Scripts.exhaust(none, maxRequests: 200))
    #expect(outcome.ramp?.saturation == RampOutcome.Saturation.none && outcome.samples.count == 200)
  }
}
