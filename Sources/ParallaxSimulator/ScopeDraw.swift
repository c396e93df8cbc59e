internal import ParallaxLimiters
internal import ParallaxModel

extension DimensionSet {
  static let everyone: DimensionSet = []
  static let ipAndKey: DimensionSet = [.ip, .key]
  static let ipAndAccount: DimensionSet = [.ip, .account]

  /// The six scopes of a plan without further dimensions.
  static let basic: [DimensionSet] = [.everyone, .ip, .account, .key, .ipAndAccount, .ipAndKey]
}

extension SeededRandom {
  /// Any of the six, as often as limiters are keyed so.
  mutating func scope() -> DimensionSet {
    weighted([
      (.everyone, 0.08), (.ip, 0.26), (.account, 0.24), (.key, 0.22), (.ipAndAccount, 0.08), (.ipAndKey, 0.12),
    ])
  }

  /// A scope that in a quarter of the cases is kept per path too.
  mutating func scopeWithPath() -> DimensionSet {
    let scope = scope()
    return chance(0.25) ? scope.union(.further(0)) : scope
  }
}

extension Identity {
  /// Someone whom no vantage of ours resembles.
  static let stranger = Identity(address: Address(192, 88, 99, 9), key: 900, account: 90)

  /// Another client that falls into the same bucket as `reference`, and shares no more with it than that takes.
  static func sharing(_ scope: DimensionSet, with reference: Identity) -> Identity {
    var other = stranger
    if scope.contains(.ip) { other.address = reference.address }
    if scope.contains(.account) { other.account = reference.account }
    if scope.contains(.key) {
      other.key = reference.key
      other.account = reference.account
    }
    return other
  }
}
