internal import Glibc
internal import ParallaxLimiters
internal import ParallaxModel

/// A limiter as it was drawn, and the truth about it.
struct DrawnLimiter {
  var rule: any AdmissionRule
  var truth: Truth.Limiter
  var traits: LimiterModel.Traits

  init(rule: any AdmissionRule, truth: Truth.Limiter, scope: Scope) {
    self.rule = rule
    self.truth = truth
    traits = LimiterModel.Traits(scope: scope, signature: truth.signature)
  }

  func model(seed: UInt64) -> LimiterModel {
    LimiterModel(rule: rule, traits: traits, seed: seed)
  }

  mutating func use(_ workers: Workers) {
    traits.workers = workers
    truth.workers = workers.count
  }
}

/// The rules that worlds draw from, with the same frequencies as the reference prototype's.
enum RuleFamily: CaseIterable {
  case alignedWindow, anchoredWindow, slidingLog, slidingCounter, tokenBucket

  static let all: [(RuleFamily, Double)] = [
    (.alignedWindow, 0.25), (.anchoredWindow, 0.15), (.slidingLog, 0.15), (.slidingCounter, 0.15),
    (.tokenBucket, 0.3),
  ]
  static let windows: [(Double, Double)] = [
    (1, 0.08), (10, 0.15), (60, 0.4), (300, 0.1), (3600, 0.17), (86_400, 0.1),
  ]
  /// No limiter that is drawn lets more pass in a second, or it could not be exhausted politely.
  static let fastest = 15.0
}

extension SeededRandom {
  /// A limiter of any family; `slowerThan` asks for a window of a minute or more and at least that capacity.
  mutating func limiter(
    scope: Scope, signature: Signature, family: RuleFamily? = nil, slowerThan floor: Double? = nil
  ) -> DrawnLimiter {
    let family = family ?? weighted(RuleFamily.all)
    let countsRejected = chance(0.2)
    if family == .tokenBucket, floor == nil, chance(0.5) {
      return fastBucket(
        scope: scope, signature: signature, rate: 1...15, burst: 5...40, countsRejected: countsRejected)
    }
    while true {
      let capacity = logUniform(6, 400).rounded(.down)
      let window = weighted(RuleFamily.windows)
      if let floor, window < 60 || capacity < floor { continue }
      guard capacity / window <= RuleFamily.fastest else { continue }
      return limiter(
        scope: scope, signature: signature, family: family, capacity: capacity, window: window,
        countsRejected: countsRejected)
    }
  }

  /// A limiter of that family and size. A token bucket holds all of the window's requests, or a half or a fifth.
  mutating func limiter(
    scope: Scope, signature: Signature, family: RuleFamily, capacity: Double, window: Double, countsRejected: Bool
  ) -> DrawnLimiter {
    var truth = Truth.Limiter(
      scope: scope.dimensions, algorithm: .fixedWindow, signature: signature, capacity: capacity, window: window,
      rate: capacity / window, countsRejected: countsRejected)
    let rule: any AdmissionRule
    switch family {
    case .alignedWindow:
      rule = FixedWindow(limit: capacity, window: window, alignment: .clock, countsRejected: countsRejected)
    case .anchoredWindow:
      rule = FixedWindow(limit: capacity, window: window, alignment: .firstRequest, countsRejected: countsRejected)
    case .slidingLog:
      truth.algorithm = .slidingLog
      rule = SlidingLog(limit: capacity, window: window, countsRejected: countsRejected)
    case .slidingCounter:
      truth.algorithm = .slidingCounter
      rule = SlidingCounter(limit: capacity, window: window, countsRejected: countsRejected)
    case .tokenBucket:
      truth.algorithm = .tokenBucket
      truth.window = nil
      truth.capacity = max(3, (capacity * weighted([(1, 0.5), (0.5, 0.25), (0.2, 0.25)])).rounded(.down))
      rule = TokenBucket(rate: capacity / window, burst: truth.capacity, countsRejected: countsRejected)
    }
    return DrawnLimiter(rule: rule, truth: truth, scope: scope)
  }

  /// A token bucket that refills within seconds.
  mutating func fastBucket(
    scope: Scope, signature: Signature, rate: ClosedRange<Double>, burst: ClosedRange<Double>,
    countsRejected: Bool = false
  ) -> DrawnLimiter {
    let rate = logUniform(rate.lowerBound, rate.upperBound)
    let burst = logUniform(burst.lowerBound, burst.upperBound).rounded(.down)
    return DrawnLimiter(
      rule: TokenBucket(rate: rate, burst: burst, countsRejected: countsRejected),
      truth: Truth.Limiter(
        scope: scope.dimensions, algorithm: .tokenBucket, signature: signature, capacity: burst, window: nil,
        rate: rate, countsRejected: countsRejected),
      scope: scope)
  }
}
