internal import ParallaxLimiters
internal import ParallaxModel

/// Worlds about one peculiarity each.
extension WorldDraft {
  /// A budget of points; `costs` is what the two paths take of it.
  mutating func fillCost(costs: [Double]) {
    let scope = Scope(random.scopeWithPath())
    origin.costs = costs
    let signature = DenialForms.any(&random)
    var limiter = random.limiter(scope: scope, signature: signature, slowerThan: 40)
    // Even the dearest request can be made some times.
    while limiter.truth.capacity < 4 * costs.max()! {
      limiter = random.limiter(scope: scope, signature: signature, slowerThan: 40)
    }
    limiter.truth.kind = .cost
    if costs[1] < costs[0] { limiter.truth.lookalike = .init(scope: scope.dimensions.union(.further(0)), word: "cost") }
    limiter.truth.capacity /= costs[0]
    limiter.truth.rate /= costs[0]
    add(limiter)
  }

  /// Three vantages, two of them neighbours: within one short network or only within a wider one.
  mutating func fillPrefix() {
    extent.vantages = 3
    let isNear = random.chance(0.5)
    let prefix: PrefixLengths
    if random.chance(0.6) {
      let neighbour: UInt8 = isNear ? 7 : 200
      addresses.addresses[2] = Address(203, 0, 113, neighbour)
      addresses.texts[2] = "203.0.113.\(neighbour)"
      prefix = PrefixLengths(v4: random.weighted([(24, 0.4), (28, 0.3), (32, 0.3)]))
    } else {
      let base: UInt128 = 0x2001_0DB8 << 96
      let network: UInt128 = isNear ? 1 : 2
      addresses.addresses = [
        Address(v6: base | 0x0001_0001 << 64 | 0x10), Address(v6: base | 0x0002_0002 << 64 | 0x20),
        Address(v6: base | (0x0001_0000 | network) << 64 | 0x30), Address(v6: base | 0x0003_0003 << 64 | 0x40),
      ]
      addresses.texts = ["2001:db8:1:1::10", "2001:db8:2:2::20", "2001:db8:1:\(network)::30", "2001:db8:3:3::40"]
      prefix = PrefixLengths(v6: random.weighted([(64, 0.4), (56, 0.3), (128, 0.3)]))
    }
    let scope = random.weighted([(DimensionSet.ip, 0.6), (.ipAndKey, 0.2), (.ipAndAccount, 0.2)])
    var limiter = anyLimiter(scope: Scope(scope, prefix: prefix))
    if prefix != .whole { limiter.truth.prefix = "/\(prefix.v4 < 32 ? prefix.v4 : prefix.v6)" }
    truth.neighbourShares =
      addresses.addresses[2].network(prefix) == addresses.addresses[0].network(prefix)
    add(limiter)
  }

  /// Fail2ban's way. In half of these worlds our requests fail at the origin, in the others they never count.
  mutating func fillFailuresOnly() {
    var limiter = random.limiter(scope: Scope(random.scope()), signature: DenialForms.any(&random))
    limiter.traits.onlyFailures = true
    origin.refuses = random.chance(0.5)
    truth.isReachable = origin.refuses
    add(limiter)
  }

  /// Either the header stands in for the address where it is there, or it is there always and all that counts.
  mutating func fillForwarded() {
    extent.further = ["path", "x-forwarded-for"]
    let header = DimensionSet.further(1)
    if random.chance(0.5) {
      let scope = random.weighted([(DimensionSet.ip, 0.6), (.ipAndKey, 0.2), (.ipAndAccount, 0.2)])
      var limiter = anyLimiter(scope: Scope(scope, forwardedAddress: 1))
      limiter.truth.scope = scope.union(header)
      add(limiter)
    } else {
      let scope = random.weighted([(DimensionSet.everyone, 0.6), (.key, 0.2), (.account, 0.2)])
      add(anyLimiter(scope: Scope(scope.union(header))))
    }
  }
}

/// Worlds that break what the inference assumes.
extension WorldDraft {
  mutating func fillStress() {
    var scope = DimensionSet.basic[random.index(below: 6)]
    if truth.kind == .stickyWorkers { scope = random.weighted([(.everyone, 1), (.account, 1), (.key, 1)]) }
    let drawn = random.weighted([
      (RuleFamily.alignedWindow, 1), (.slidingLog, 1), (.tokenBucket, 1), (.anchoredWindow, 1),
    ])
    let family = truth.kind == .shedding ? .tokenBucket : drawn
    let window = random.weighted([(60.0, 1), (300, 1), (3600, 1)])
    var limiter = random.limiter(
      scope: Scope(scope), signature: DenialForms.any(&random), family: family,
      capacity: random.logUniform(12, 150).rounded(.down), window: window, countsRejected: false)
    let rate = limiter.truth.rate
    switch truth.kind {
    case .lowerTier where !scope.isDisjoint(with: [.key, .account]): limiter.traits.tiers = [1: 0.15]
    case .higherTier where !scope.isDisjoint(with: [.key, .account]): limiter.traits.tiers = [1: 8]
    case .shedding: limiter.traits.shedsAbove = 0.6
    case .outage: outage = (random.uniform(3, 12), random.uniform(0.5, 5))
    case .backgroundOnOther:
      let other = Identity(address: Identity.stranger.address, key: 8, account: 1)
      background = [(random.uniform(0.8, 1.6) * rate, other)]
    case .backgroundOnReference:
      background = [(random.uniform(0.7, 1) * rate, .sharing(scope, with: reference))]
    case .stickyWorkers:
      let workers = Workers(count: 4, balancing: .addressHash(salt: seed))
      limiter.traits.workers = workers
      if workers.fixedWorker(of: addresses.addresses[0]) != workers.fixedWorker(of: addresses.addresses[1]) {
        limiter.truth.lookalike = .init(scope: scope.union(.ip), word: "worker")
      }
    default: break
    }
    if !background.isEmpty { warmUp = min(2 * window, 600) }
    add(limiter)
  }
}
