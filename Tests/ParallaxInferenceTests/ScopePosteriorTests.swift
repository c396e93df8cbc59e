internal import ParallaxInference
internal import ParallaxModel
internal import Testing

/// Rounds as a world with the given scopes would answer them, without noise.
private struct Script {
  var posterior: ScopePosterior
  let shared: CellMask
  private var time = 0.0

  /// - Parameter refusedAtRest: cells that triage, too, saw denied, and asked once more.
  init(_ scopes: [DimensionSet], _ design: Design, capacity: Int = 60, refusedAtRest: Set<Int> = []) {
    let lattice = Lattice(design: design)
    posterior = ScopePosterior(lattice: lattice)
    shared = lattice.shared(by: scopes)
    for cell in design.cells {
      posterior.addIdle(Trial(time: 0, cell: cell.id, limited: refusedAtRest.contains(cell.id)))
    }
    for cell in refusedAtRest.sorted() { posterior.addIdle(Trial(time: 0, cell: cell, limited: true)) }
    posterior.exhausted = capacity
  }

  /// One round of R, the cells, R, with exceptions to what the scope would answer.
  mutating func round(_ cells: [Int], inverted: Set<Int> = []) {
    time += 1
    var trials = [Trial(time: time, cell: 0, limited: true)]
    for cell in cells {
      time += 0.01
      let limited = shared & (1 << CellMask(cell)) != 0
      trials.append(Trial(time: time, cell: cell, limited: limited != inverted.contains(cell)))
    }
    trials.append(Trial(time: time + 0.01, cell: 0, limited: true))
    posterior.add(Segment(opening: trials[0], trials: trials))
  }

  mutating func estimate() -> ScopeEstimate { posterior.estimate() }
}

@Suite struct ScopePosteriorTests {
  static let scopes: [[DimensionSet]] = [
    [[]], [.ip], [.account], [.key], [[.ip, .account]], [[.ip, .key]], [.ip, .account], [.ip, .key],
    [[.ip, .account], .key],
  ]

  @Test(arguments: scopes) func `clean answers single out every scope`(_ scopes: [DimensionSet]) {
    var script = Script(scopes, Designs.make(further: 1))
    for _ in 0..<4 { script.round([1, 2, 3, 4, 5, 6]) }
    let estimate = script.estimate()
    #expect(estimate.bestHypothesis.scopes == scopes)
    #expect(estimate.bestPattern.raw > 0.98)
  }

  /// R passes first; the other address' requests with the same keys find the buckets empty that R, K and B spent.
  @Test func `triage's own requests spend buckets of one`() {
    let design = Designs.make()
    let (otherAddress, sameAddress) = split(design) { $0.vantage != design.reference.vantage }
    var script = Script([.key], design, capacity: 1, refusedAtRest: Set(otherAddress))
    script.posterior.exhaustedFromFull = true
    for round in 0..<3 {
      script.posterior.noteRecovery(at: Double(round) + 0.5)
      script.round(sameAddress)
    }
    let estimate = script.estimate()
    #expect(estimate.bestHypothesis.scopes == [.key])
    #expect(estimate.bestPattern.raw > 0.9)
  }

  /// The other account was refused before any load: others use it, or its allowance is smaller.
  @Test func `an account that was refused at rest does not speak against everyone`() {
    let design = Designs.make(further: 1)
    let (otherAccount, sameAccount) = split(design) { $0.account != design.reference.account }
    var script = Script([[]], design, refusedAtRest: Set(otherAccount))
    for _ in 0..<3 { script.round(sameAccount + otherAccount) }
    let estimate = script.estimate()
    #expect(estimate.bestHypothesis.isEveryone)
    #expect(estimate.bestHypothesis.scopes == [[]])
    let lattice = script.posterior.lattice
    let account = lattice.hypotheses.indices.filter { lattice.hypotheses[$0].scopes == [.account] }
    #expect(account.reduce(0) { $0 + estimate.raw[$1] } < 0.6)
  }

  /// The cells but the reference of which something holds, and the others.
  private func split(_ design: Design, _ holds: (Cell) -> Bool) -> ([Int], [Int]) {
    let cells = design.cells.dropFirst()
    return (cells.filter(holds).map(\.id), cells.filter { !holds($0) }.map(\.id))
  }

  @Test func `without a round it is as if that had not been asked`() {
    var script = Script([.ip], Designs.make())
    script.round([1, 2])
    var undisturbed = script
    script.round([3, 4, 5], inverted: [3, 4, 5])
    undisturbed.round([1, 2, 3])
    script.round([1, 2, 3])
    var mended = script.posterior.without(segments: [1])
    #expect(mended.segments.count == 2)
    let answers = [mended.estimate(), undisturbed.estimate()].map(\.raw)
    #expect(zip(answers[0], answers[1]).allSatisfy { abs($0 - $1) < 0.02 })
    #expect(script.estimate().bestPattern.raw < mended.estimate().bestPattern.raw)
  }

  @Test func `after a contradiction a part of what was said is kept`() {
    var script = Script([.ip], Designs.make())
    for _ in 0..<3 { script.round([1, 2, 3, 4, 5]) }
    let before = script.estimate()
    var fresh = script.posterior.restarted()
    var after = script.posterior.restartedAfterContradiction()
    #expect(after.segments.isEmpty)
    let index = before.best
    let (none, kept) = (fresh.estimate().raw[index], after.estimate().raw[index])
    #expect(none < kept && kept < before.raw[index])
    // A round that says the opposite thrice outweighs it.
    var opposite = Script([.account], Designs.make())
    for _ in 0..<3 { opposite.round([1, 2, 3, 4, 5]) }
    for segment in opposite.posterior.segments { after.add(segment) }
    #expect(after.estimate().bestHypothesis.scopes == [.account])
  }

  @Test func `odds of its own weigh against all that share with the cell`() {
    var script = Script([.ip], Designs.make())
    for _ in 0..<4 { script.round([1, 2, 3, 4, 5]) }
    let before = script.estimate()
    let shared = script.posterior.lattice.design.cells.map(\.id).filter { $0 != 0 && before.shared($0) > 0.9 }
    script.posterior.logOddsOfItsOwn[shared[0]] = 30
    #expect(before.bestPattern.posterior > 0.99)
    #expect(script.estimate().shared(shared[0]) < 0.5)
  }

  @Test func `an answer that is expected needs less evidence, and the same evidence outweighs it`() throws {
    var script = Script([.ip], Designs.make())
    let plain = script.estimate()
    let account = try #require(plain.lattice.hypotheses.first { $0.scopes == [.account] })
    var expecting = script.posterior.expecting(account, odds: 4)
    let before = plain.answers(above: 0).first { $0.scopes == [.account] }?.posterior ?? 0
    let expected = expecting.estimate().answers(above: 0).first { $0.scopes == [.account] }?.posterior ?? 0
    #expect(expected > 2 * before)
    for _ in 0..<4 { script.round([1, 2, 3, 4, 5]) }
    for segment in script.posterior.segments { expecting.add(segment) }
    #expect(expecting.estimate().bestHypothesis.scopes == [.ip])
  }

  @Test func `what speaks for less than everyone keeps an outage before it possible`() {
    var everyone = Script([[]], Designs.make())
    var address = Script([.ip], Designs.make())
    for _ in 0..<3 {
      everyone.round([1, 2, 3, 4, 5])
      address.round([1, 2, 3, 4, 5])
    }
    #expect(everyone.estimate().coincidenceOfAnOutageBefore < 0.1)
    #expect(address.estimate().coincidenceOfAnOutageBefore > 1 / ScopePosterior.priorOfCoincidence)
  }

  @Test func `probabilities sum to one, but for the coincidence`() {
    var script = Script([.ip], Designs.make())
    script.round([1, 2])
    let estimate = script.estimate()
    #expect(abs(estimate.raw.reduce(0, +) - 1) < 1e-9)
    #expect(estimate.posterior.reduce(0, +) <= 1)
  }

  @Test func `everyone is not believed until a coincidence is ruled out`() {
    var script = Script([[]], Designs.make())
    for _ in 0..<4 { script.round([1, 2, 3, 4, 5]) }
    #expect(script.estimate().bestPattern.raw > 0.99)
    #expect(script.estimate().bestPattern.posterior < 0.95)
    script.posterior.coincidence = ScopePosterior.shareOfOutages(longerThan: 300)
    #expect(script.estimate().bestPattern.posterior > 0.99)
  }

  @Test func `one odd answer does not overturn the rest`() {
    var script = Script([.key], Designs.make())
    for _ in 0..<3 { script.round([1, 2, 3, 4, 5]) }
    script.round([1, 2, 3, 4, 5], inverted: [2])
    #expect(script.estimate().bestHypothesis.scopes == [.key])
  }

  @Test func `a denial of a probe that has spent its own allowance is no evidence`() {
    let design = Designs.make()
    var rich = Script([.key], design, capacity: 60)
    var poor = Script([.key], design, capacity: 1)
    for _ in 0..<2 {
      rich.round([2, 3], inverted: [2])
      poor.round([2, 3], inverted: [2])
    }
    #expect(rich.estimate().shared(2) > poor.estimate().shared(2))
    #expect(!poor.estimate().isInformative(2, at: 10, need: 2))
    #expect(rich.estimate().isInformative(2, at: 10, need: 2))
  }

  @Test func `scopes that a design cannot tell apart keep the proportion of their priors`() throws {
    var script = Script([.ip], Designs.make(vantages: 1))
    for _ in 0..<5 { script.round([1, 2]) }
    let answers = script.estimate().answers(above: 0.01)
    let everyone = try #require(answers.first { $0.scopes == [[]] })
    let ip = try #require(answers.first { $0.scopes == [.ip] })
    #expect((2...2.8).contains(ip.posterior / everyone.posterior))
    #expect(script.estimate().bestPattern.raw > 0.99)
  }

  @Test func `a cheaper level that passes at first still shares`() {
    var script = Script([.ip], Designs.make(further: 1))
    script.round([1, 2, 3, 4, 5, 6], inverted: [6])
    for _ in 0..<4 { script.round([1, 2, 3, 4, 5, 6]) }
    #expect(script.estimate().bestHypothesis.scopes == [.ip])
    #expect(script.estimate().shared(6) > 0.8)
  }

  @Test func `a fast refill is recognised and its rate found`() {
    let lattice = Lattice(design: Designs.make())
    var posterior = ScopePosterior(lattice: lattice)
    posterior.exhausted = 20
    var tokens = 0.0
    var time = 0.0
    for _ in 0..<4 {
      time += 0.4
      tokens += 0.4 * 8
      var trials: [Trial] = []
      for _ in 0..<12 {
        let limited = tokens < 1
        if !limited { tokens -= 1 }
        trials.append(Trial(time: time, cell: 0, limited: limited))
        time += 0.005
        tokens += 0.005 * 8
      }
      if let segment = Segment(round: trials, of: 0) { posterior.add(segment) }
    }
    let estimate = posterior.estimate()
    #expect((estimate.family[.refill] ?? 0) > 0.5)
    #expect((3...12).contains(estimate.refillRate))
  }
}
