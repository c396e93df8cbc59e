internal import ParallaxModel

/// Where a ramp stands, and what one more answer makes of it.
enum RampPhase: Hashable, Sendable {
  /// Raising the rate; nothing was denied yet.
  case climbing
  /// So many denials in a row since the first.
  case confirming(denials: Int)
  /// Tokens came back after a pause of `pause` seconds: spend them and count.
  case draining(passed: Int, denials: Int, pause: Double)
  /// Successes and denials alternate; `since` successes since the last denial.
  case leaking(since: Int)
  case saturated(RampOutcome.Saturation, lead: Int?, pause: Double)

  var saturation: RampOutcome.Saturation? {
    if case .saturated(let saturation, _, _) = self { saturation } else { nil }
  }

  var lead: Int? {
    if case .saturated(_, let lead, _) = self { lead } else { nil }
  }

  /// Seconds to the next request, without the caps that hold in every phase.
  func gap(in ramp: Ramp) -> Double {
    let least = ramp.shortestGap
    switch self {
    case .climbing:
      return max(least, ramp.roundTrip / RampTally.width(answered: ramp.tally.answered, roundTrip: ramp.roundTrip))
    case .confirming(let denials):
      return denials < 2 ? max(ramp.roundTrip * 1.05, least) : max(ramp.specification.confirmGap, least)
    case .draining(_, let denials, _):
      return denials == 0 ? least : max(ramp.roundTrip / 2, least)
    case .leaking:
      return max(least, ramp.roundTrip / ramp.tally.leakWidth)
    case .saturated:
      return .infinity
    }
  }

  func next(sent: Double, limited: Bool, in ramp: inout Ramp) -> RampPhase {
    switch self {
    case .climbing:
      guard limited else { return .climbing }
      ramp.tally.markFirstDenial(sent: sent, roundTrip: ramp.roundTrip)
      return .confirming(denials: 1)
    case .confirming(let denials):
      if limited {
        let paused = sent - (ramp.tally.firstDenial ?? sent) >= 0.8 * ramp.specification.confirmGap
        guard denials + 1 >= 3, paused || ramp.specification.pace != nil else {
          return .confirming(denials: denials + 1)
        }
        return .saturated(.hard, lead: nil, pause: 0)
      }
      guard denials >= 2 else { return .leaking(since: 0) }
      return .draining(passed: 1, denials: 0, pause: ramp.tally.lastGap ?? ramp.specification.confirmGap)
    case .draining(let passed, let denials, let pause):
      if limited {
        return denials >= 1
          ? .saturated(.leaky, lead: passed, pause: pause)
          : .draining(passed: passed, denials: denials + 1, pause: pause)
      }
      // More came back than was ever spent: not a refill during the pause, the limit itself comes and goes.
      guard passed + 1 <= ramp.tally.passed + 8 else { return .leaking(since: 0) }
      return .draining(passed: passed + 1, denials: 0, pause: pause)
    case .leaking(let since):
      if ramp.tally.recentDenials >= 3 { return .saturated(.leaky, lead: nil, pause: 0) }
      if limited { return .leaking(since: 0) }
      // A run of successes: those denials were odd ones, and the climb goes on.
      guard since + 1 < 6 else {
        ramp.tally.forgetDenials()
        return .climbing
      }
      return .leaking(since: since + 1)
    case .saturated:
      return self
    }
  }
}
