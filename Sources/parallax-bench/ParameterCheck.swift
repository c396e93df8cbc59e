internal import ParallaxModel
internal import ParallaxSimulator

/// The parameters of a limiter whose scope is right, against the truth.
struct ParameterCheck: Sendable {
  /// nil where the conclusion leaves it open.
  var algorithmIsRight: Bool?
  /// Whether the truth would show in a run of that length: one limiter with one counter, alone, and a window that ends
  /// while the run goes on.
  var isIdentifiable: Bool
  /// Relative errors; nil where the conclusion says nothing.
  var rateError: Double?
  var capacityError: Double?
  /// For each interval that is stated, whether it covers the truth.
  var intervals: [Bool]

  init?(_ limiter: Limiter, truth: Truth, in design: Design) {
    let scope = limiter.scope
    guard let actual = truth.limiters.first(where: { $0.scope.names(further: design.dimensions) == scope }),
      actual.kind != .concurrency, actual.algorithm != .queue
    else { return nil }
    let workers = Double(actual.workers)
    let capacity = actual.capacity * workers
    algorithmIsRight = limiter.algorithm.name == .unknown ? nil : limiter.algorithm.name == actual.algorithm
    isIdentifiable =
      truth.limiters.count == 1 && actual.workers == 1 && !truth.hasBackground && truth.ban == nil
      && actual.jitter == 0 && (actual.window ?? actual.capacity / actual.rate) <= Trial.recoverySeconds
    intervals = []
    if let limit = limiter.limit, let window = limiter.window, window.value > 0 {
      rateError = abs(limit.value / window.value / (actual.rate * workers) - 1)
      if let length = actual.window { intervals.append(window.low <= length && length <= window.high) }
    }
    if let measured = limiter.burst ?? limiter.limit {
      capacityError = abs(measured.value / capacity - 1)
      intervals.append(measured.low <= capacity && capacity <= measured.high)
    }
  }
}
