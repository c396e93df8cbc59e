public import ParallaxModel

/// A ban that follows too many denials, and replaces what denied before.
///
/// Worked numbers for 3 denials within 60 s, 10 s, growth 2: denied at 0, 1, 2: banned until 12. Denied thrice again
/// later: banned for 20 s. With `prolonged`, a request at 11 renews the first ban until 21.
public struct Penalty: Sendable, Hashable {
  public var scope: Scope
  /// How many denials it takes.
  public var denials: Int
  /// Seconds within which they must fall.
  public var within: Double
  /// Seconds of the first ban.
  public var duration: Double
  /// Each further ban is this many times as long, up to `longest`.
  public var growth: Double
  public var longest: Double
  /// Whether requests during a ban renew it.
  public var prolonged: Bool
  public var signature: Signature

  public init(
    scope: Scope, denials: Int, within: Double = 60, duration: Double, growth: Double = 1,
    longest: Double = 86_400, prolonged: Bool = false, signature: Signature
  ) {
    self.scope = scope
    self.denials = denials
    self.within = within
    self.duration = duration
    self.growth = growth
    self.longest = longest
    self.prolonged = prolonged
    self.signature = signature
  }
}

/// Who is banned until when, under one penalty.
struct PenaltyBox: Sendable {
  let penalty: Penalty
  private var offenders: [BucketKey: Offender] = [:]

  private struct Offender {
    var denials: [Double] = []
    var until = -Double.infinity
    var length: Double
  }

  init(_ penalty: Penalty) {
    self.penalty = penalty
  }

  mutating func isBanned(_ identity: Identity, at time: Double) -> Bool {
    let key = penalty.scope.bucket(of: identity, worker: 0)
    guard let offender = offenders[key], offender.until > time else { return false }
    if penalty.prolonged { offenders[key]!.until = time + offender.length }
    return true
  }

  mutating func noteDenial(of identity: Identity, at time: Double) {
    let key = penalty.scope.bucket(of: identity, worker: 0)
    var offender = offenders[key] ?? Offender(length: penalty.duration / penalty.growth)
    offender.denials.removeAll { $0 <= time - penalty.within }
    offender.denials.append(time)
    if offender.denials.count >= penalty.denials {
      offender.denials.removeAll()
      offender.length = min(penalty.longest, offender.length * penalty.growth)
      offender.until = time + offender.length
    }
    offenders[key] = offender
  }
}
