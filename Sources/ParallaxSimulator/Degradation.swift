internal import ParallaxLimiters

/// Something that the design lacks, or loses: then several scopes look alike, and the verdict must say which, and what
/// to add.
public enum Degradation: String, Sendable, Hashable, CaseIterable {
  case oneVantage, oneKey, oneAccount
  /// The second host is lost 2 to 10 seconds after the start.
  case lostVantage
}

extension SimulatedWorld {
  /// A world with one limiter, seen through a design that is not complete.
  public static func generate(seed: UInt64, degradation: Degradation) -> SimulatedWorld {
    var extent = WorldDesign.Extent.standard
    switch degradation {
    case .oneVantage: extent.vantages = 1
    case .oneKey: extent.keys = 1
    case .oneAccount: extent.accounts = 1
    case .lostVantage: break
    }
    let world = generate(seed: seed, kind: .single, extent: extent)
    guard degradation == .lostVantage else { return world }
    var random = SeededRandom(seed: seed, stream: 3)
    return world.losing(vantage: 1, at: world.now + random.uniform(2, 10))
  }
}
