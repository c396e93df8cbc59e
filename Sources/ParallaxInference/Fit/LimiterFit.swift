internal import Glibc
public import ParallaxModel

/// Which algorithm, with which parameters, explains what one bucket admitted and denied.
public struct LimiterFit: Sendable {
  /// The most probable algorithm.
  public let algorithm: Limiter.Algorithm
  /// Requests per window, and the window's length in seconds.
  public let limit: Estimate
  public let window: Estimate
  /// For a token bucket, what it holds.
  public let burst: Estimate?
  public let countsRejected: Bool?
  /// Requests per second in the long run.
  public let rate: Double
  /// Requests that it let pass until it was drained.
  public let drained: Estimate
  /// Whether it was seen to let requests pass again; without that only `drained` means anything.
  public let hasRecovered: Bool

  private struct Candidate {
    var name: Limiter.AlgorithmName
    var countsRejected: Bool?
    var points: [FitPoint]
    var logPrior = 0.0
    var logEvidence: Double
    var isToken = false
  }

  /// nil when the log holds no denial.
  public init?(_ admissions: [Admission]) {
    let whole = AdmissionLog(admissions)
    guard whole.count > 1, let saturation = whole.saturation else { return nil }
    hasRecovered = whole.admitted[saturation...].count { $0 == true } >= 2
    let admitted = whole.admitted[..<saturation]
    let sure = Double(admitted.count { $0 == true })
    let held = whole.taken[..<saturation].reduce(0, +)
    let unseen = held - sure
    let log = whole.condensed(around: saturation)
    // Odd denials may have been failures behind the limiter that look the same.
    let odd = Double(admitted.count { $0 == false })
    drained = Estimate(value: sure + unseen + odd / 2, low: sure, high: sure + 2 * unseen + odd)
    let grid = WindowGrid(span: log.span)
    // Any limit up to what was admitted could have been.
    let limitPrior = Glibc.log(max(2, held))
    var candidates = WindowModel.allCases.map { model in
      let points = model.points(log, grid)
      return Candidate(
        name: model.name, countsRejected: model.countsRejected, points: points, logPrior: model.logPrior,
        logEvidence: logSumExp(points.map(\.logWeight)) + model.logPrior - limitPrior)
    }
    for (countsDenials, share) in [(false, 0.8), (true, 0.2)] {
      let (points, evidence) = TokenModel(log, countsDenials: countsDenials).points()
      candidates.append(
        Candidate(
          name: .tokenBucket, countsRejected: countsDenials, points: points,
          logEvidence: evidence + TokenModel.logPrior + Glibc.log(share), isToken: true))
    }
    let total = logSumExp(candidates.map(\.logEvidence))
    var shares: [Limiter.AlgorithmName: Double] = [:]
    for candidate in candidates { shares[candidate.name, default: 0] += exp(candidate.logEvidence - total) }
    guard let name = shares.max(by: { $0.value < $1.value })?.key,
      let best = candidates.filter({ $0.name == name }).max(by: { $0.logEvidence < $1.logEvidence }),
      !best.points.isEmpty
    else { return nil }
    algorithm = Limiter.Algorithm(name: name, posterior: shares[name] ?? 0)
    countsRejected = Self.countsRejected(candidates.filter { $0.name == name })
    if best.isToken {
      let rate = Self.mean(best.points, \.window)
      let seconds = rate.value >= 1 ? 1.0 : 60.0
      self.rate = rate.value
      window = Estimate(value: seconds, low: seconds, high: seconds)
      limit = Estimate(value: rate.value * seconds, low: rate.low * seconds, high: rate.high * seconds)
      let capacity = Self.mean(best.points, \.limit)
      burst = Estimate(
        value: capacity.value, low: capacity.low - 1, high: capacity.high + 1 + unseen + odd)
    } else {
      // Which model it is may be open: the intervals are those of all that count in windows.
      let all = candidates.filter { !$0.isToken }.flatMap { candidate in
        candidate.points.map { point in
          var point = point
          point.logWeight += candidate.logPrior
          return point
        }
      }
      window = Self.typical(best.points, among: all, \.window)
      let limit = Self.typical(best.points, among: all, \.limit)
      let lost = log.taken.reduce(0) { $0 + ($1 == 0.5 ? 0.5 : 0) }
      // Counters may seem to have a limit between two whole numbers.
      self.limit = Estimate(
        value: limit.value.rounded(), low: max(1, limit.low.rounded(.down) - lost.rounded(.up)),
        high: limit.high.rounded(.up) + (lost + odd).rounded(.up))
      burst = nil
      rate = self.limit.value / window.value
    }
  }

  /// Known only where it makes a difference that was seen.
  private static func countsRejected(_ candidates: [Candidate]) -> Bool? {
    let total = logSumExp(candidates.map(\.logEvidence))
    let yes = candidates.filter { $0.countsRejected == true }.reduce(0) { $0 + exp($1.logEvidence - total) }
    guard candidates.contains(where: { $0.countsRejected == true }) else { return nil }
    return yes > 0.9 ? true : yes < 0.1 ? false : nil
  }

  private static func weights(_ points: [FitPoint]) -> [Double] {
    let total = logSumExp(points.map(\.logWeight))
    return points.map { exp($0.logWeight - total) }
  }

  private static func interval(_ points: [FitPoint], _ value: (FitPoint) -> Double) -> (low: Double, high: Double) {
    let pairs = zip(points.map(value), weights(points)).sorted { $0.0 < $1.0 }
    var sum = 0.0
    var low = pairs[0].0
    var high = pairs[pairs.count - 1].0
    var isBelow = true
    for (x, weight) in pairs {
      sum += weight
      if isBelow, sum >= 0.025 {
        low = x
        isBelow = false
      }
      if sum >= 0.975 {
        high = x
        break
      }
    }
    return (low, high)
  }

  private static func mean(_ points: [FitPoint], _ value: (FitPoint) -> Double) -> Estimate {
    let mean = zip(points, weights(points)).reduce(0) { $0 + value($1.0) * $1.1 }
    let (low, high) = interval(points, value)
    return Estimate(value: mean, low: min(low, mean), high: max(high, mean))
  }

  /// The median of one model, and the interval of all.
  private static func typical(
    _ points: [FitPoint], among all: [FitPoint], _ value: (FitPoint) -> Double
  ) -> Estimate {
    let pairs = zip(points.map(value), weights(points)).sorted { $0.0 < $1.0 }
    var sum = 0.0
    let median = pairs.first { pair in
      sum += pair.1
      return sum >= 0.5
    }
    let (low, high) = interval(all, value)
    let middle = median?.0 ?? pairs[0].0
    return Estimate(value: middle, low: min(low, middle), high: max(high, middle))
  }
}

extension WindowModel {
  var name: Limiter.AlgorithmName {
    switch self {
    case .alignedWindow, .anchoredWindow: .fixedWindow
    case .slidingLog, .slidingLogOfAll: .slidingLog
    case .slidingCounter, .slidingCounterOfAll: .slidingCounter
    }
  }

  var countsRejected: Bool? {
    switch self {
    // Within a fixed window it makes no difference what a denied request does to the count.
    case .alignedWindow, .anchoredWindow: nil
    case .slidingLog, .slidingCounter: false
    case .slidingLogOfAll, .slidingCounterOfAll: true
    }
  }
}
