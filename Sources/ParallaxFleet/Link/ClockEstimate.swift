/// What is known about another machine's clock: its offset from ours, and how far that can be wrong.
///
/// One exchange gives four times: we send at t0, the agent receives at t1 and answers at t2, we receive at t3. The
/// offset is ((t1 - t0) + (t2 - t3)) / 2 and it cannot be off by more than half the time the messages travelled,
/// ((t3 - t0) - (t2 - t1)) / 2, however uneven the two ways were (RFC 5905, section 8). The exchange that travelled
/// least bounds it best, so the best one is kept and the rest forgotten. Clocks drift: the bound grows with age.
package struct ClockEstimate: Sendable, Equatable {
  /// A quartz clock that nobody disciplines stays within this share of real time.
  static let drift = 50e-6
  /// What two readings of clocks in one computer may differ by and still be the same, nanoseconds.
  private static let tolerance = 1e6

  /// Agent's nanoseconds minus the controller's.
  package private(set) var offset: Double
  /// Nanoseconds, at the time of the exchange.
  package private(set) var halfTravel: Double
  /// The controller's clock when it was taken.
  package private(set) var taken: Int64
  /// Round trip of the fastest exchange over the link, nanoseconds.
  package private(set) var roundTrip: Double

  package init(sent: Int64, received: Int64, answered: Int64, arrived: Int64) {
    offset = (Double(received - sent) + Double(answered - arrived)) / 2
    let travel = Double(arrived - sent) - Double(answered - received)
    halfTravel = max(travel, 0) / 2
    roundTrip = max(travel, 0)
    taken = arrived
  }

  /// How far `offset` may be off at that time on the controller's clock, nanoseconds.
  package func bound(at now: Int64) -> Double {
    halfTravel + Double(max(now - taken, 0)) * Self.drift
  }

  /// Takes another exchange in; it replaces this one where it bounds the offset better by now.
  package mutating func refine(with other: ClockEstimate) {
    let fastest = min(roundTrip, other.roundTrip)
    if other.halfTravel <= bound(at: other.taken) { self = other }
    roundTrip = fastest
  }

  /// Whether two exchanges can be of one clock that nobody has set meanwhile.
  package func agrees(with other: ClockEstimate) -> Bool {
    abs(offset - other.offset) <= bound(at: other.taken) + other.halfTravel + Self.tolerance
  }

  /// Whether the four times can be true: an answer leaves no sooner than its question came, and nothing travels back in
  /// time.
  package static func isPossible(sent: Int64, received: Int64, answered: Int64, arrived: Int64) -> Bool {
    let (spent, overflow) = answered.subtractingReportingOverflow(received)
    return !overflow && spent >= 0 && Double(spent) <= Double(arrived - sent) + tolerance
  }

  /// The agent's clock at a time on ours.
  package func agentTime(_ controller: Int64) -> Int64 { controller + Int64(offset.rounded()) }

  /// Our clock at a time on the agent's.
  package func controllerTime(_ agent: Int64) -> Int64 { agent - Int64(offset.rounded()) }
}
