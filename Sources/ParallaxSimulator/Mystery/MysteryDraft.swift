internal import ParallaxLimiters
internal import ParallaxModel

/// A mystery world while it is being put together.
struct MysteryDraft {
  /// More than any experiment asks for.
  static let plenty = 1e9
  static let forever = 1e12
  /// Stands for the account of the key that has the full burst.
  static let fullTier: UInt16 = 60
  static let epoch = 1_749_945_600.0

  let kind: MysteryKind
  let seed: UInt64
  var random: SeededRandom
  var limiter: LimiterModel?
  var background: [(rate: Double, identity: Identity)] = []
  var declaration = Declaration()
  var origin = Origin()
  let start: Double
  let layout: WorldDesign

  init(kind: MysteryKind, seed: UInt64, extent: MysteryExtent) {
    self.kind = kind
    self.seed = seed
    random = SeededRandom(seed: seed, stream: 41)
    start = Self.epoch + random.uniform(0, 86_400)
    var extent = extent
    var addresses = AddressPlan.distant
    if kind == .networkBlocked {
      extent.vantages = max(3, extent.vantages)
      addresses.addresses[2] = Address(203, 0, 113, 77)
      addresses.texts[2] = "203.0.113.77"
    }
    layout = WorldDesign(
      mystery: extent, clientStack: kind == .clientStack, addresses: addresses,
      tier: kind == .keyCostsTooMuch ? Self.fullTier : nil)
    origin.errorRate = 0.01
    if extent.hasCost, kind == .keyCostsTooMuch { origin.costs = [10, 1] }
  }

  var reference: Identity { layout.identities[0] }

  /// Where others are who share the scope with the reference, and nothing else.
  private func other(sharing scope: DimensionSet) -> Identity {
    var other = Identity.sharing(scope, with: reference)
    // Another key of the account, that no cell has.
    if scope == .account { other.key = 7 }
    return other
  }

  // MARK: Ways of being limited

  /// Others spend the bucket: by half a bucket that refills, by half a quota of a minute, an hour or a day.
  mutating func spend(_ scope: DimensionSet, signature: Signature = DenialForms.nginx) {
    let source = other(sharing: scope)
    let traits = LimiterModel.Traits(scope: Scope(scope), signature: signature)
    let demand = random.uniform(1.05, 3)
    var model: LimiterModel
    let content: Double
    if random.chance(0.5) {
      let burst = random.logUniform(10, 300).rounded(.down)
      model = LimiterModel(rule: TokenBucket(rate: burst / 60, burst: burst), traits: traits, seed: seed)
      content = burst - 0.5
      background = [(demand * burst / 60, source)]
    } else {
      let window = random.weighted([(60.0, 0.4), (3600, 0.3), (86_400, 0.3)])
      content = random.logUniform(20, 400).rounded(.down)
      model = LimiterModel(
        rule: FixedWindow(limit: content, window: window, alignment: .clock), traits: traits, seed: seed)
      background = [(demand * content / window, source)]
      if random.chance(0.6) { declaration.end = .window(window) }
    }
    _ = model.offer(Offer(time: start, cost: content), from: source)
    limiter = model
  }

  /// Refused for good, by whatever these identities have in the scope.
  mutating func refuse(
    _ scope: DimensionSet, _ identities: [Identity]? = nil, prefix: PrefixLengths = .whole,
    signature: Signature = DenialForms.nginx
  ) {
    var model = LimiterModel(
      rule: FixedWindow(limit: Self.plenty, window: Self.forever, alignment: .clock),
      traits: LimiterModel.Traits(scope: Scope(scope, prefix: prefix), signature: signature), seed: seed)
    for identity in identities ?? [reference] {
      _ = model.offer(Offer(time: start, cost: Self.plenty), from: identity)
    }
    limiter = model
    // A quarter promises an end that does not come.
    if random.chance(0.25) { declaration.end = .at(start + 60) }
  }

  /// The keys that were made like the reference's.
  private var alike: [Identity] {
    layout.design.cells.filter { $0.account == "A" && ["a1", "a3"].contains($0.key) }.map { layout.identities[$0.id] }
  }

  mutating func fill() {
    switch kind {
    case .accountSpent: spend(.account)
    case .addressShared: spend(.ip)
    case .addressBlocked: refuse(.ip)
    case .keyUsedElsewhere: spend(.key)
    case .keyStuck: refuse(.key)
    case .accountStuck: refuse(.account)
    case .keyRestricted: refuse(.key, alike)
    case .keyCostsTooMuch: charge()
    case .saturated: spend([])
    case .keyRenewed: renew()
    case .keyNotRecognised: spend(.ip)
    case .noCredit:
      refuse(.account, signature: DenialForms.application)
      declaration = Declaration(words: [.speaks(of: .billing)])
    case .networkBlocked:
      refuse(.ip, prefix: PrefixLengths(v4: 24), signature: DenialForms.forbidden)
      declaration = Declaration(words: random.chance(0.5) ? [.speaks(of: .block)] : [])
    case .clientStack:
      refuse(.further(layout.design.dimensions.count - 1), signature: DenialForms.forbidden)
      declaration = Declaration()
    case .escalatingBan:
      refuse(.ip, signature: DenialForms.ban)
      declaration = Declaration(end: .doubling(random.logUniform(5, 60)))
    case .everyoneShares:
      spend([], signature: DenialForms.application)
      declaration.words = [.limit(100), .remaining(0)] + (random.chance(0.5) ? [.speaks(of: .quota)] : [])
    case .misconfigured:
      refuse([])
      declaration = Declaration(words: [.limit(0)])
    case .concurrency:
      spend(.account)
      declaration.words = [.speaks(of: .concurrency)]
    case .callersProxy:
      refuse(.ip)
      declaration = Declaration(words: [.speaks(of: .callersProxy)])
    case .passingError: break
    }
  }

  /// The keys made alike have a tenth of the burst, and a request costs more than that.
  private mutating func charge() {
    let traits = LimiterModel.Traits(scope: Scope(.key), signature: DenialForms.nginx, tiers: [0: 0.1])
    limiter = LimiterModel(rule: TokenBucket(rate: 50, burst: 50), traits: traits, seed: seed)
    if origin.costs.isEmpty { origin.costs = [10] }
  }

  private mutating func renew() {
    let silence = random.weighted([(10.0, 0.2), (30, 0.3), (60, 0.5)])
    var model = LimiterModel(
      rule: RenewedExpiry(limit: 100, silence: silence),
      traits: LimiterModel.Traits(scope: Scope(.key), signature: DenialForms.nginx), seed: seed)
    _ = model.offer(Offer(time: start, cost: 1000), from: reference)
    limiter = model
    if random.chance(0.5) { declaration.end = .constant(silence) }
  }

  mutating func finish() -> MysteryWorld {
    let jitter = random.logUniform(0.001, 0.01)
    let paths = layout.design.vantages.map { _ in NetworkPath.random(jitter: jitter, &random) }
    let server = Server(
      limiters: LimiterStack(layers: limiter.map { [$0] } ?? []), origin: origin,
      background: Background(background, from: start, horizon: 300_000, seed: seed), seed: seed)
    let world = SimulatedWorld(
      layout: layout, truth: Truth(kind: .unlimited, limiters: []), paths: paths, server: server, lossRate: 0.01,
      start: start, random: SeededRandom(seed: seed, stream: 43),
      budget: Budget(requests: 500, rate: 50, duration: 200_000))
    return MysteryWorld(
      kind: kind, world: world, declaration: declaration, limitsBeforeKeys: random.chance(0.5))
  }
}

extension MysteryWorld {
  /// The world of that number: the same seed is the same world.
  ///
  /// - Parameter kind: nil draws one from `MysteryKind.mixture`.
  public static func generate(seed: UInt64, kind: MysteryKind? = nil, extent: MysteryExtent = .full) -> MysteryWorld {
    var choice = SeededRandom(seed: seed, stream: 42)
    let drawn = choice.weighted(MysteryKind.mixture)
    var draft = MysteryDraft(kind: kind ?? drawn, seed: seed, extent: extent)
    draft.fill()
    return draft.finish()
  }
}
