public import ParallaxModel

/// The exhaust loop of one agent as a pure state machine: it says how long to wait before the next request and when
/// enough is known; whoever drives it sends, and tells it what was sent and what came back.
///
/// It climbs by rate, never by requests in flight, so that a slow endpoint cannot stall it: the gap is
/// `max(1 / rateCap, roundTrip / max(3, n / 12))` after n answers. A first denial is confirmed by a second after about
/// one round trip and a third after a pause as long as the controller's own gap between hosts. A success in between
/// means a fast refill; then it counts how many successes the bucket regained during the pause (the lead).
///
/// Driving it, with one clock for `sent` and `at`:
///
///     while !ramp.isFinished {
///       // send when lastSent + ramp.gap() has come (never while it is infinite), then ramp.noteSent(at:)
///       // for every answer, and for every request given up: ramp.received(sent:latency:reading:)
///     }
///     // at once, without waiting for answers still due: the items of ramp.followUp()
public struct Ramp: Sendable {
  /// Requests without an answer beyond which nothing more is sent: a limiter that drops must not be flooded.
  static let unansweredLimit = 64
  /// Two answers that are due for longer than this share of a queue's threshold: hold back, until they come or are late.
  static let suspicion = 0.5
  /// A climb below this round trip gains nothing and would flood a near target, seconds.
  static let shortestRoundTrip = 0.02

  let specification: RampSpecification
  var phase = RampPhase.climbing
  var tally = RampTally()
  private var stalls = StallDetector()
  private var firstSent: Double?
  private(set) var lastSent = -Double.infinity
  private(set) var lastReceived = -Double.infinity
  private(set) var inFlight = AdmittedInFlight()
  /// Answers that came late, or not at all, counted as denials.
  private(set) var hasStalled = false
  private var sent = 0
  private(set) var unanswered = Unanswered()

  public init(_ specification: RampSpecification) {
    self.specification = specification
    if specification.pace != nil { tally.memory *= 2 }
  }

  var roundTrip: Double { max(specification.roundTrip, Self.shortestRoundTrip) }
  var shortestGap: Double { 1 / specification.rateCap }

  /// Seconds from the last request to the next; infinite when only answers are awaited. It may change with every
  /// answer, so ask again after each.
  public func gap() -> Double {
    guard mayStillSend, unanswered.count < Self.unansweredLimit else { return .infinity }
    let gap = specification.pace ?? phase.gap(in: self)
    guard let firstSent else { return gap }
    let next = max(lastSent + gap, heldUntil(lastSent + gap))
    return next - firstSent > specification.deadline ? .infinity : next - lastSent
  }

  /// Two answers later than a queue's threshold, or the answer to a request after the confirming pause, are worth
  /// waiting for: until then, or until they are late themselves.
  private func heldUntil(_ time: Double) -> Double {
    let patience = specification.delayThreshold
    if case .confirming(let denials) = phase, denials >= 2, let first = tally.firstDenial,
      let confirming = unanswered.waiting.first(where: { $0 - first >= 0.8 * specification.confirmGap })
    {
      return confirming + patience
    }
    guard unanswered.waiting.count(where: { time - $0 > Self.suspicion * patience }) >= 2 else { return time }
    return unanswered.waiting.prefix(StallDetector.row).max().map { $0 + patience } ?? time
  }

  private var mayStillSend: Bool {
    guard phase.saturation == nil, sent < specification.maxRequests else { return false }
    guard let firstSent else { return true }
    return lastSent - firstSent < specification.deadline
  }

  /// True when a limit is confirmed, or when there is nothing left to send and nothing left to wait for.
  public var isFinished: Bool {
    phase.saturation != nil || (unanswered.isEmpty && gap() == .infinity)
  }

  public mutating func noteSent(at time: Double) {
    for late in unanswered.giveUp(sentBefore: time - specification.delayThreshold) { stall(sent: late) }
    if firstSent == nil { firstSent = time }
    lastSent = time
    sent += 1
    unanswered.add(time)
  }

  /// Takes in one answer, or one request given up as `.void(.silence)`; in any order.
  public mutating func received(sent: Double, latency: Double, reading: Reading) {
    // What was given up as late has counted as a stall already.
    guard unanswered.answered(sent) else { return }
    lastReceived = max(lastReceived, sent + latency)
    switch reading {
    case .passed where latency > specification.delayThreshold: stall(sent: sent)
    case .passed:
      stalls.prompt(sent: sent)
      if sent < tally.firstDenial ?? .infinity { inFlight.ended(at: sent + latency) }
      take(sent: sent, limited: false)
    case .limited: take(sent: sent, limited: true)
    case .void(.silence), .void(.reset): stall(sent: sent)
    case .void: break
    }
  }

  private mutating func stall(sent: Double) {
    for time in stalls.stalled(sent: sent) {
      hasStalled = true
      take(sent: time, limited: true)
    }
  }

  public var outcome: RampOutcome {
    RampOutcome(
      saturation: phase.saturation ?? .none, lead: phase.lead,
      admittedRate: tally.admittedRate(in: phase), firstDenial: tally.firstDenial)
  }

  private mutating func take(sent: Double, limited: Bool) {
    guard phase.saturation == nil else { return }
    tally.answered += 1
    if !limited, phase == .climbing { tally.passed += 1 }
    // What left before the first denial was still a part of the climb.
    if let first = tally.firstDenial, phase != .climbing, sent < first { return }
    if phase != .climbing || limited { tally.remember(sent: sent, limited: limited) }
    phase = phase.next(sent: sent, limited: limited, in: &self)
  }
}
