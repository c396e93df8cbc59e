/// The families of worlds. The first group keeps to the model of the inference; the second breaks it on purpose.
public enum WorldKind: String, Sendable, Hashable, CaseIterable {
  /// One limiter of any rule and scope, with the odd jittered limit, several workers, quotas by the day.
  case single
  /// Two or three limiters one behind the other, with equal or different signatures.
  case layered
  case unlimited
  case concurrency
  /// Delays instead of refusing.
  case queue
  /// A ban that replaces the first signature after 12 to 40 denials.
  case ban
  /// A budget of points, of which the other path costs more.
  case cost
  /// Addresses count by prefix; two of three vantages are neighbours.
  case prefix
  /// Only requests that fail count.
  case failuresOnly
  /// The address is taken from `X-Forwarded-For`.
  case forwarded
  /// Denies by resetting the connection.
  case reset
  /// Denies by silence.
  case silence

  /// Account B spends most of its allowance, or all of it, without us.
  case backgroundOnOther
  /// The reference's bucket is nearly spent by others.
  case backgroundOnReference
  /// A budget of points, of which the other path costs less: it may pass where the reference is denied.
  case cheaperPath
  case lowerTier
  case higherTier
  /// Early drop at random above 60 % of use.
  case shedding
  /// Everyone is denied for a while, just when the reference is being exhausted.
  case outage
  /// Counters per worker, chosen by a hash of the address.
  case stickyWorkers

  public static let stress: [WorldKind] = [
    .backgroundOnOther, .backgroundOnReference, .cheaperPath, .lowerTier, .higherTier, .shedding, .outage,
    .stickyWorkers,
  ]

  public var isStress: Bool { Self.stress.contains(self) }

  /// The mixture of a benchmark, as shares of its worlds that keep to the model.
  public static let mixture: [(WorldKind, Double)] = [
    (.single, 0.42), (.layered, 0.22), (.unlimited, 0.04), (.concurrency, 0.05), (.queue, 0.06), (.ban, 0.05),
    (.cost, 0.03), (.prefix, 0.04), (.failuresOnly, 0.02), (.forwarded, 0.03), (.reset, 0.02), (.silence, 0.02),
  ]
}
