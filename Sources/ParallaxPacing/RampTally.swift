internal import ParallaxModel

/// The counts that a ramp decides by.
struct RampTally: Hashable, Sendable {
  /// How many of the last answers count for a leak: eight, and twice as many at a fixed pace, which cannot overtake
  /// the refill.
  var memory = 8

  struct Entry: Hashable, Sendable {
    var sent: Double
    var limited: Bool
  }

  var answered = 0
  /// Successes while climbing.
  var passed = 0
  private(set) var firstDenial: Double?
  private var recent: [Entry] = []
  private var widthAtDenial = 3.0
  private var answeredAtDenial = 0

  /// Requests per round trip after so many answers: three, and at least 35 a second, since a slower climb than a
  /// bucket refills would never exhaust it; later more, so that a large limit does not take forever.
  static func width(answered: Int, roundTrip: Double) -> Double {
    max(3, 35 * roundTrip, Double(answered) / 40)
  }

  /// While leaking the rate goes on rising, so that it overtakes the refill.
  var leakWidth: Double { widthAtDenial * 1.1 + Double(answered - answeredAtDenial) / 6 }

  var recentDenials: Int { recent.count { $0.limited } }

  /// Seconds between the last two remembered requests.
  var lastGap: Double? {
    recent.count > 1 ? recent[recent.count - 1].sent - recent[recent.count - 2].sent : nil
  }

  mutating func markFirstDenial(sent: Double, roundTrip: Double) {
    firstDenial = sent
    widthAtDenial = Self.width(answered: answered, roundTrip: roundTrip)
    answeredAtDenial = answered
  }

  mutating func forgetDenials() { recent.removeAll() }

  mutating func remember(sent: Double, limited: Bool) {
    recent.append(Entry(sent: sent, limited: limited))
    if recent.count > memory { recent.removeFirst() }
  }

  /// Requests per second that are admitted while exhausted.
  func admittedRate(in phase: RampPhase) -> Double {
    guard case .saturated(.leaky, let lead, let pause) = phase else { return 0 }
    if let lead { return Double(lead) / max(0.05, pause) }
    guard let first = recent.first, let last = recent.last else { return 0 }
    return Double(recent.count - recentDenials) / max(0.05, last.sent - first.sent)
  }
}
