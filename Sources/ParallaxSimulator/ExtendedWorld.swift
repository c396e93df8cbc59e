internal import ParallaxLimiters
public import ParallaxModel

extension SimulatedWorld {
  /// The same target, as it stands now, approached anew as an inconclusive verdict advises; nil where the advice
  /// cannot be followed here.
  public func following(_ steps: [NextStep]) -> SimulatedWorld? {
    guard !steps.isEmpty else { return nil }
    var extent = layout.extent
    var budget = budget
    var reference = layout.reference
    var present = paths
    for step in steps {
      switch step {
      case .runAgain: break
      case .raiseRequests(let count): budget.requests = count
      case .raiseDuration(let seconds): budget.duration = seconds
      case .setRate(let rate): budget.rate = rate
      case .chooseReference(let vantage, let key): reference = Plan.Reference(vantage: vantage, key: key)
      case .addVantage: extent.vantages = min(WorldDesign.vantageLimit, extent.vantages + 1)
      case .restoreVantage:
        for index in present.indices { present[index].lostAt = .infinity }
      case .addKey: extent.keys = 2
      case .addAccount: extent.accounts = min(WorldDesign.accountLimit, extent.accounts + 1)
      case .leaveOut(let dimension): extent.leftOut.append(dimension)
      // Every dimension of a simulated plan has two levels, and its refusals are told apart by what they are.
      case .addLevel, .nameRefusal: break
      }
    }
    var random = random
    let jitter = paths[0].jitter
    while present.count < extent.vantages { present.append(NetworkPath.random(jitter: jitter, &random)) }
    return SimulatedWorld(
      layout: WorldDesign(extent: extent, addresses: layout.addresses, reference: reference),
      truth: truth.leavingOut(extent.further.indices.filter { extent.leftOut.contains(extent.further[$0]) }),
      paths: present, server: server, lossRate: lossRate, start: now, random: random, budget: budget)
  }
}

extension Truth {
  /// In terms of a design without these further dimensions.
  fileprivate func leavingOut(_ dimensions: [Int]) -> Truth {
    var truth = self
    for dimension in dimensions.sorted(by: >) {
      for index in truth.limiters.indices {
        truth.limiters[index].scope = truth.limiters[index].scope.leavingOut(dimension)
        truth.limiters[index].lookalike = truth.limiters[index].lookalike.map {
          Lookalike(scope: $0.scope.leavingOut(dimension), word: $0.word)
        }
      }
      truth.ban = truth.ban.map { Ban(scope: $0.scope.leavingOut(dimension), signature: $0.signature) }
    }
    return truth
  }
}

extension DimensionSet {
  /// Those after it move down.
  fileprivate func leavingOut(_ dimension: Int) -> DimensionSet {
    let below = DimensionSet.further(dimension).rawValue - 1
    return DimensionSet(rawValue: rawValue & below | (rawValue >> 1) & ~below)
  }
}
