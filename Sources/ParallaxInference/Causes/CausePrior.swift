internal import ParallaxModel

/// What is believed about a fresh key's refusal before any look, relative to one another.
///
/// The causes that show in which cells are limited have the weights of the reference prototype; those that only the
/// target's own words tell from a more frequent cause are rare until they are spoken of.
struct CausePrior {
  var cause: CauseKind
  var scope: DimensionSet
  var course: CauseHypothesis.Course
  var weight: Double
  /// Probability that another level of a further dimension (another path, another model) has a bucket of its own.
  var otherLevelPasses = 0.4
  /// Probability that the smallest possible request passes.
  var cheaperPasses = 0.02

  /// That a fresh key is answered: most are. One look that was limited all the same was then a passing error.
  static let nothing = 5.0

  static let rows: [CausePrior] = [
    CausePrior(cause: .accountQuotaSpent, scope: .account, course: .spent, weight: 0.24),
    CausePrior(cause: .ipLimited, scope: .ip, course: .spent, weight: 0.1),
    CausePrior(cause: .ipBlocked, scope: .ip, course: .constant, weight: 0.1, otherLevelPasses: 0.1),
    CausePrior(cause: .keyUsedElsewhere, scope: .key, course: .spent, weight: 0.15),
    CausePrior(cause: .stateDoesNotReset, scope: .key, course: .constant, weight: 0.07),
    CausePrior(cause: .stateDoesNotReset, scope: .key, course: .renewed, weight: 0.015),
    CausePrior(cause: .stateDoesNotReset, scope: .account, course: .constant, weight: 0.045),
    CausePrior(cause: .stateDoesNotReset, scope: .account, course: .renewed, weight: 0.009),
    CausePrior(cause: .keyRestricted, scope: .key, course: .constant, weight: 0.18, otherLevelPasses: 0.5),
    CausePrior(cause: .keyRestricted, scope: .key, course: .constant, weight: 0.05, cheaperPasses: 1),
    CausePrior(cause: .capacity, scope: [], course: .spent, weight: 0.05),
    CausePrior(cause: .keyNotRecognised, scope: .ip, course: .spent, weight: 0.003),
    CausePrior(cause: .keyNotRecognised, scope: .ip, course: .constant, weight: 0.003),
    CausePrior(cause: .noCredit, scope: .account, course: .constant, weight: 0.02, otherLevelPasses: 0.1),
    CausePrior(cause: .everyoneShares, scope: [], course: .spent, weight: 0.004),
    CausePrior(cause: .misconfiguredLimit, scope: [], course: .constant, weight: 0.001),
    CausePrior(cause: .escalatingBan, scope: .ip, course: .constant, weight: 0.004, otherLevelPasses: 0.1),
    CausePrior(cause: .escalatingBan, scope: .ip, course: .spent, weight: 0.004, otherLevelPasses: 0.1),
    CausePrior(cause: .escalatingBan, scope: .key, course: .constant, weight: 0.004, otherLevelPasses: 0.1),
    CausePrior(cause: .escalatingBan, scope: .key, course: .spent, weight: 0.004, otherLevelPasses: 0.1),
    CausePrior(cause: .callersProxy, scope: .ip, course: .constant, weight: 0.0007),
    CausePrior(cause: .callersProxy, scope: .ip, course: .spent, weight: 0.0007),
    CausePrior(cause: .callersProxy, scope: [], course: .spent, weight: 0.0002),
    CausePrior(cause: .concurrency, scope: .account, course: .spent, weight: 0.002),
    CausePrior(cause: .concurrency, scope: .key, course: .spent, weight: 0.002),
    CausePrior(cause: .concurrency, scope: .ip, course: .spent, weight: 0.001),
    CausePrior(cause: .replicaCounters, scope: .account, course: .spent, weight: 0.001),
    CausePrior(cause: .replicaCounters, scope: .key, course: .spent, weight: 0.001),
    CausePrior(cause: .replicaCounters, scope: .ip, course: .spent, weight: 0.0005),
  ]

  /// Shared by all networks that hold some of the other vantages: blocked, and limited.
  static let network = (blocked: 0.02, limited: 0.01)
  /// That a key made like the reference's is restricted like it.
  static let peerIsRestricted = 0.9
  /// That a limiter by address, or for everyone, stands before the keys are looked at.
  static let limitsBeforeKeys = 0.5

  /// What a further dimension is taken for by its name.
  enum Meaning {
    case path, clientStack, other

    init(_ dimension: Dimension) {
      let name = dimension.name.lowercased()
      let stack = ["agent", "client", "stack", "browser", "tls"]
      self = name == "path" ? .path : stack.contains { name.contains($0) } ? .clientStack : .other
    }

    /// Weight of a refusal that goes by the dimension's level.
    var clientStack: Double {
      switch self {
      case .path: 0
      case .clientStack: 0.06
      case .other: 0.01
      }
    }

    /// How much of `otherLevelPasses` is left.
    var factor: Double {
      switch self {
      case .path: 1
      case .clientStack: 0.12
      case .other: 0.6
      }
    }
  }
}
