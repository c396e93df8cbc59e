internal import ParallaxModel

/// The limiter that an expectation means, and how its figures stand to those promised.
struct MeasuredLimiter {
  private let limiter: Limiter?
  private let why: String
  private let expectation: Expectation

  /// An algorithm that is less probable than this is not known.
  private static let known = 0.9
  private static let remedy = "it was not measured: watch the limiter recover for longer (--recover)"

  init(_ run: MeasuredRun, _ expectation: Expectation) {
    self.expectation = expectation
    let limiters = run.verdict?.status == .determined ? run.verdict?.limiters ?? [] : []
    limiter = expectation.scope.map { scope in limiters.first { $0.scope == scope } } ?? limiters.first
    why = limiters.isEmpty ? "no limiter was determined" : "no limiter with this scope was found"
  }

  /// Requests per window; only the pace counts where tokens come back evenly, since their window is nobody's choice.
  func limit(_ expected: Double) -> Finding {
    guard let limiter else { return .unknown(why) }
    guard let limit = limiter.limit else { return .unknown(Self.remedy) }
    guard let expectedWindow = expectation.window else { return compare(limiter.burst ?? limit, with: expected, "") }
    guard let window = limiter.window else { return .unknown(Self.remedy) }
    let pace = Estimate(
      value: limit.value / window.value, low: limit.low / window.high, high: limit.high / max(1e-9, window.low))
    if limiter.algorithm.name == .tokenBucket || limiter.algorithm.name == .queue {
      let scaled = Estimate(
        value: pace.value * expectedWindow, low: pace.low * expectedWindow, high: pace.high * expectedWindow)
      return compare(scaled, with: expected, " per \(Shown.number(expectedWindow)) s")
    }
    let first = compare(limit, with: expected, " per window")
    return first.outcome == .kept ? compare(window, with: expectedWindow, " s as window") : first
  }

  func window(_ expected: Double) -> Finding {
    guard let limiter else { return .unknown(why) }
    guard let window = limiter.window else { return .unknown(Self.remedy) }
    guard limiter.algorithm.name != .tokenBucket else { return .broken("it is a token bucket, which has no window") }
    return compare(window, with: expected, " s")
  }

  func burst(_ expected: Double) -> Finding {
    guard let limiter else { return .unknown(why) }
    guard let burst = limiter.burst ?? limiter.limit else { return .unknown(Self.remedy) }
    return compare(burst, with: expected, " at once")
  }

  func algorithm(_ expected: Limiter.AlgorithmName) -> Finding {
    guard let limiter else { return .unknown(why) }
    let found = limiter.algorithm
    guard found.name != .unknown else { return .unknown(Self.remedy) }
    let seen = "\(found.name.rawValue) (\(Shown.percent(found.posterior)))"
    guard found.posterior >= Self.known else { return .unknown("most probably \(seen)") }
    return found.name == expected ? .kept(seen) : .broken(seen)
  }

  /// What is known of a prefix is its length, or two lengths between which it lies: those of addresses that were counted
  /// together and apart.
  func prefix(_ expected: Int) -> Finding {
    guard let limiter else { return .unknown(why) }
    guard limiter.scope.contains("ip") else { return .broken("addresses do not count at all") }
    let bounds = (limiter.prefix ?? "").split(separator: " ").compactMap { Int($0.dropFirst()) }
    guard let low = bounds.first, let high = bounds.last, let seen = limiter.prefix else {
      return .unknown(
        "it takes two addresses that share these bits, and a third that does not: add source_addresses to hosts.yaml")
    }
    return (low...max(low, high)).contains(expected)
      ? .kept("addresses count by \(seen)") : .broken("they count by \(seen)")
  }

  /// Kept if the value is within the tolerance; broken if the whole interval lies outside it.
  private func compare(_ measured: Estimate, with expected: Double, _ unit: String) -> Finding {
    let low = expected * (1 - expectation.tolerance)
    let high = expected * (1 + expectation.tolerance)
    let seen = "\(Shown.estimate(measured))\(unit)"
    if (low...high).contains(measured.value) { return .kept(seen) }
    return measured.high < low || measured.low > high
      ? .broken(seen)
      : .unknown("\(seen) is not exact enough to tell; watch the limiter recover for longer (--recover)")
  }
}
