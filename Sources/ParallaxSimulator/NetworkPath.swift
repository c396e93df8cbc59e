internal import ParallaxLimiters

/// The way between one vantage and the target, and between the controller and that vantage's agent.
struct NetworkPath: Sendable, Hashable {
  /// Seconds there and back at rest.
  var roundTrip: Double
  /// Seconds of it that lie on the way there. An agent assumes half.
  var outbound: Double
  /// Mean of the exponential part of each way, seconds.
  var jitter: Double
  /// How often a way meets a spike.
  var spikes = 0.01
  /// Least seconds that a command, or its result, takes between controller and agent.
  var control: Double
  /// What must be added to the controller's clock to get what the controller takes for the agent's.
  var clockError: Double
  /// How far, in seconds, the controller believes an arrival may lie from its estimate: the clock's error and the
  /// way there that is not half of the round trip.
  var bound: Double
  /// When the host is lost for good; infinite for never.
  var lostAt = Double.infinity

  /// Seconds to the target of one request.
  func wayThere(_ random: inout SeededRandom) -> Double {
    let spike = random.chance(spikes) ? random.uniform(0.006, 0.06) : 0
    return outbound + random.exponential(mean: jitter) + spike
  }

  /// Seconds from the target of one answer.
  func wayBack(_ random: inout SeededRandom) -> Double {
    let spike = random.chance(spikes) ? random.uniform(0.1, 0.3) : 0
    return roundTrip - outbound + random.exponential(mean: jitter) + spike
  }

  /// Seconds of one hand-over between controller and agent.
  func handOver(_ random: inout SeededRandom) -> Double {
    control * (1 + 0.3 * random.unit())
  }
}

extension NetworkPath {
  /// A path as they are found: 10 to 160 ms there and back, 42 to 58 % of it on the way there, 5 to 300 ms to the
  /// controller, a clock that is off by some 3 ms and at most 9.
  static func random(jitter: Double, _ random: inout SeededRandom) -> NetworkPath {
    let roundTrip = random.uniform(0.01, 0.16)
    return NetworkPath(
      roundTrip: roundTrip, outbound: roundTrip * random.uniform(0.42, 0.58), jitter: jitter,
      control: random.logUniform(0.005, 0.3), clockError: max(-0.009, min(0.009, 0.003 * random.normal())),
      bound: 0.009 + 0.08 * roundTrip)
  }
}
