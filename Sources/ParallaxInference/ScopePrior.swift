internal import ParallaxModel

/// What is believed before the first request: how often limiters are keyed on what.
enum ScopePrior {
  /// Scopes over the three dimensions that every plan has; two sets are two limiters, both met at once.
  static let base: [(scopes: [DimensionSet], weight: Double)] = [
    ([[]], 0.10),
    ([.ip], 0.24),
    ([.account], 0.22),
    ([.key], 0.20),
    ([[.ip, .account]], 0.08),
    ([[.ip, .key]], 0.09),
    ([.ip, .account], 0.015),
    ([.ip, .key], 0.015),
    ([[.ip, .account], .key], 0.01),
  ]
  /// Shared by all patterns that no scope explains.
  static let unexplained = 0.01
  /// That a further dimension of the plan is a part of the scope.
  static let further = 0.4
  /// That an outage or load shedding of the whole target begins just while the reference is being exhausted, against
  /// `base`'s weight of everyone.
  static let coincidence = 0.006
  /// That a further dimension is not a part of the scope, but its other level costs less, so that a few requests of
  /// it pass after the reference's are denied; for each dimension, against it not being a part at all.
  static let cheaper = 0.02
  /// That all cells of one other level have a smaller or partly spent allowance of their own, which runs out just
  /// when the reference's does, for each level. Triage itself spends a share of a small one; a large one others must.
  static func dirtyLevel(capacity: Double) -> Double { capacity <= smallAllowance ? 0.016 : 0.008 }
  static let smallAllowance = 24.0
}
