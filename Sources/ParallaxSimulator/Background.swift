internal import ParallaxLimiters

/// What others ask of the target meanwhile: Poisson streams, each of one identity.
struct Background: Sendable {
  struct Source: Sendable {
    /// Requests per second.
    var rate: Double
    var identity: Identity
    fileprivate var next = 0.0
  }

  private var sources: [Source]
  private var random: SeededRandom
  /// Older requests than this, seconds, can no longer matter to any limiter; they are skipped after a long wait.
  private let horizon: Double

  init(_ sources: [(rate: Double, identity: Identity)], from start: Double, horizon: Double, seed: UInt64) {
    var random = SeededRandom(seed: seed, stream: 11)
    self.sources = sources.filter { $0.rate > 0 }.map {
      Source(rate: $0.rate, identity: $0.identity, next: start + random.exponential(mean: 1 / $0.rate))
    }
    self.random = random
    self.horizon = horizon
  }

  /// The next request up to `time`, with whom it comes from; nil when there is none.
  mutating func next(until time: Double) -> (time: Double, identity: Identity)? {
    guard !sources.isEmpty else { return nil }
    for source in sources.indices where sources[source].next < time - horizon {
      sources[source].next = time - horizon + random.exponential(mean: 1 / sources[source].rate)
    }
    let first = sources.indices.min { sources[$0].next < sources[$1].next }!
    let due = sources[first].next
    guard due <= time else { return nil }
    sources[first].next = due + random.exponential(mean: 1 / sources[first].rate)
    return (due, sources[first].identity)
  }
}
