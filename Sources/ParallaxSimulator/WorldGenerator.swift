internal import ParallaxLimiters
internal import ParallaxModel

extension SimulatedWorld {
  /// The world of that number: the same seed is the same world, on every machine.
  ///
  /// - Parameters:
  ///   - kind: nil draws one from `WorldKind.mixture`.
  ///   - extent: what the experiment has to vary; nil for what the kind needs to be told apart.
  public static func generate(seed: UInt64, kind: WorldKind? = nil, extent: WorldDesign.Extent? = nil) -> SimulatedWorld
  {
    var choice = SeededRandom(seed: seed, stream: 2)
    let drawn = choice.weighted(WorldKind.mixture)
    var draft = WorldDraft(seed: seed, kind: kind ?? drawn)
    draft.fill()
    if let extent { draft.extent = extent }
    return draft.finish()
  }
}

extension WorldDraft {
  mutating func fill() {
    switch truth.kind {
    case .single: fillSingle()
    case .layered: fillLayered()
    case .unlimited: break
    case .concurrency: fillConcurrency()
    case .queue: fillQueue()
    case .ban: fillBan()
    case .cost: fillCost(costs: [1, Double(2 + random.index(below: 8))])
    case .cheaperPath: fillCost(costs: [Double(2 + random.index(below: 3)), 1])
    case .prefix: fillPrefix()
    case .failuresOnly: fillFailuresOnly()
    case .forwarded: fillForwarded()
    case .reset: add(anyLimiter(signature: DenialForms.reset))
    case .silence: add(anyLimiter(signature: DenialForms.silence))
    case .backgroundOnOther, .backgroundOnReference, .lowerTier, .higherTier, .shedding, .outage, .stickyWorkers:
      fillStress()
    }
    guard !truth.kind.isStress, !limiters.isEmpty else { return }
    if random.chance(0.08) { origin.errorLooksLike = limiters[0].truth.signature }
    if random.chance(0.25), truth.kind != .concurrency { addBackground() }
  }

  /// A limiter of any family and scope, on one worker or, in 12 % of the worlds, on several.
  mutating func anyLimiter(signature: Signature? = nil, scope: Scope? = nil) -> DrawnLimiter {
    let signature = signature ?? DenialForms.any(&random)
    var limiter = random.limiter(scope: scope ?? Scope(random.scopeWithPath()), signature: signature)
    if random.chance(0.12) {
      let count = random.chance(0.5) ? 2 : 4
      let isLargeEnough = limiter.truth.window == nil || limiter.truth.capacity >= Double(3 * count)
      if isLargeEnough, limiter.truth.rate * Double(count) <= 2 * RuleFamily.fastest {
        limiter.use(Workers(count: count, balancing: random.chance(0.5) ? .roundRobin : .random))
      }
    }
    return limiter
  }

  private mutating func fillSingle() {
    var limiter = anyLimiter()
    if random.chance(0.06), let window = limiter.truth.window {
      let share = random.uniform(0.05, 0.15)
      limiter.traits.jitter = LimiterModel.Jitter(share: share, period: window)
      limiter.truth.jitter = share
    }
    add(limiter)
  }

  /// A fast bucket in front of a slow limiter; in a tenth of the worlds a slower one still behind.
  private mutating func fillLayered() {
    let scope = random.weighted([
      (DimensionSet.ip, 0.65), (.key, 0.15), (.ipAndKey, 0.1), (.everyone, 0.05), (.account, 0.05),
    ])
    let signature = DenialForms.any(&random)
    let first = random.fastBucket(scope: Scope(scope), signature: signature, rate: 3...15, burst: 8...30)
    add(first)
    var floor = 2.2 * first.truth.capacity + 14
    repeat {
      let own = random.chance(0.5) ? signature : DenialForms.any(but: signature, &random)
      let limiter = random.limiter(scope: Scope(random.scope()), signature: own, slowerThan: floor)
      add(limiter)
      floor = 2 * limiter.truth.capacity
    } while limiters.count < 3 && floor < 300 && random.chance(0.1)
  }

  private mutating func fillConcurrency() {
    let scope = random.scope()
    let limit = 2 + random.index(below: 11)
    let truth = Truth.Limiter(
      scope: scope, kind: .concurrency, algorithm: .unknown, signature: DenialForms.any(&random),
      capacity: Double(limit), window: nil, rate: .infinity)
    add(DrawnLimiter(rule: Concurrency(limit: limit), truth: truth, scope: Scope(scope)))
    origin.median = random.uniform(0.4, 1.5)
    origin.spread = 0.2
  }

  private mutating func fillQueue() {
    let scope = random.scopeWithPath()
    let rate = random.logUniform(1, 12)
    let burst = random.logUniform(3, 30).rounded(.down)
    let truth = Truth.Limiter(
      scope: scope, algorithm: .queue, signature: DenialForms.any(&random), capacity: burst, window: nil, rate: rate)
    add(DrawnLimiter(rule: LeakyBucket(rate: rate, burst: burst), truth: truth, scope: Scope(scope)))
  }

  private mutating func fillBan() {
    let limiter = random.limiter(
      scope: Scope(random.scopeWithPath()), signature: DenialForms.any(but: DenialForms.ban, &random))
    add(limiter)
    penalty = Penalty(
      scope: Scope(random.chance(0.7) ? .ip : .key), denials: 12 + random.index(below: 28), duration: 600,
      growth: random.chance(0.3) ? 2 : 1, prolonged: random.chance(0.3), signature: DenialForms.ban)
  }

  /// Others who share the last limiter's bucket, and in half of these worlds some who spend account B's.
  private mutating func addBackground() {
    guard let limiter = limiters.last?.truth else { return }
    let total = limiter.rate * Double(limiter.workers)
    if limiter.algorithm != .queue {
      let rate = random.uniform(0.05, 0.6) * total
      background.append((rate, .sharing(limiter.scope, with: reference)))
      let span = limiter.window ?? limiter.capacity / limiter.rate
      warmUp = min(min(2 * span, 400), 4000 / rate)
    }
    if random.chance(0.5) {
      background.append((0.3 * limiter.rate, Identity(address: Identity.stranger.address, key: 8, account: 1)))
    }
  }
}
