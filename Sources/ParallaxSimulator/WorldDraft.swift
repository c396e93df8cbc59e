internal import ParallaxLimiters
internal import ParallaxModel

/// A world while it is being put together.
struct WorldDraft {
  let seed: UInt64
  var random: SeededRandom
  var extent = WorldDesign.Extent.standard
  var addresses = AddressPlan.distant
  var limiters: [DrawnLimiter] = []
  var penalty: Penalty?
  var origin = Origin()
  var truth: Truth
  var background: [(rate: Double, identity: Identity)] = []
  /// Seconds for which others have used the target before us.
  var warmUp = 0.0
  /// Seconds after the start, and for how long.
  var outage: (start: Double, length: Double)?
  var lossRate: Double

  /// 2025-06-15 00:00 UTC: worlds begin within the day after.
  static let epoch = 1_749_945_600.0
  static let budget = Budget(requests: 2500, rate: 50, duration: 3600)

  init(seed: UInt64, kind: WorldKind) {
    self.seed = seed
    random = SeededRandom(seed: seed, stream: 1)
    truth = Truth(kind: kind, limiters: [])
    lossRate = random.uniform(0, 0.02)
    origin.errorRate = random.uniform(0, 0.02)
    if kind.isStress {
      lossRate = 0.01
      origin.errorRate = 0.01
    }
  }

  /// The reference cell's identity; every design starts with it.
  var reference: Identity { Identity(address: addresses.addresses[0], key: 0, account: 0) }

  mutating func add(_ limiter: DrawnLimiter) {
    limiters.append(limiter)
  }

  mutating func finish() -> SimulatedWorld {
    let layout = WorldDesign(extent: extent, addresses: addresses)
    truth.limiters = limiters.map(\.truth)
    truth.ban = penalty.map { Truth.Ban(scope: $0.scope.dimensions, signature: $0.signature) }
    truth.hasBackground = !background.isEmpty
    truth.hasAmbiguousErrors = origin.errorLooksLike != nil
    let start = Self.epoch + random.uniform(0, 86_400)
    let windows = limiters.map { $0.truth.window ?? $0.truth.capacity / max($0.truth.rate, 1e-9) }
    let jitter = random.logUniform(0.001, 0.01)
    let paths = (0..<extent.vantages).map { _ in NetworkPath.random(jitter: jitter, &random) }
    var server = Server(
      limiters: LimiterStack(
        layers: limiters.enumerated().map { $0.element.model(seed: SeededRandom.mix(seed &+ UInt64($0.offset))) },
        penalty: penalty),
      origin: origin,
      background: Background(
        background, from: start - warmUp, horizon: max(60, 3 * (windows.max() ?? 0)), seed: seed),
      seed: seed)
    if let outage, let signature = limiters.first?.truth.signature {
      server.outages = [
        .init(start: start + outage.start, end: start + outage.start + outage.length, signature: signature)
      ]
    }
    server.advance(to: start)
    return SimulatedWorld(
      layout: layout, truth: truth, paths: paths, server: server, lossRate: lossRate, start: start,
      random: SeededRandom(seed: seed, stream: 10), budget: Self.budget)
  }
}
