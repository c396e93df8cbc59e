internal import ParallaxModel
internal import ParallaxSimulator

/// The parameters of a limiter whose scope is right, against the truth.
struct ParameterCheck: Sendable {
  /// nil where the conclusion leaves it open.
  var algorithmIsRight: Bool?
  /// Whether the truth would show in a run of that length: one limiter with one counter, alone, and a window that ends
  /// while the run goes on.
  var isIdentifiable: Bool
  /// Whether the bucket is ours alone and its limit stays where it is. Of a bucket that others use too, only what they
  /// leave can be seen.
  var isAlone: Bool
  /// Whether the window ends, or the bucket fills, while the run goes on; a day's quota that nobody waits for shows no
  /// rate.
  var showsRate: Bool
  /// Relative errors; nil where the conclusion says nothing.
  var rateError: Double?
  var capacityError: Double?
  /// Whether the stated prefix of addresses holds the true one; nil where none is stated.
  var prefixIsRight: Bool?
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
    isAlone = !truth.hasBackground && actual.jitter == 0
    showsRate = (actual.window ?? actual.capacity / actual.rate) <= Trial.recoverySeconds
    isIdentifiable =
      truth.limiters.count == 1 && actual.workers == 1 && truth.ban == nil && isAlone && showsRate
    prefixIsRight = limiter.prefix.map { Self.holds($0, actual.prefix) }
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

  /// - Parameters:
  ///   - stated: `/24`, or `/25 to /32`.
  ///   - actual: `/24`; nil for whole addresses.
  private static func holds(_ stated: String, _ actual: String?) -> Bool {
    let bounds = stated.split(separator: " ").compactMap { Int($0.dropFirst()) }
    guard let low = bounds.first, let high = bounds.last else { return false }
    let length = actual.flatMap { Int($0.dropFirst()) } ?? (high > 32 || low > 32 ? 128 : 32)
    return low <= length && length <= high
  }
}
