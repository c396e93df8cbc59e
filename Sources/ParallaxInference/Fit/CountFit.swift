internal import Glibc

/// A point of a model's parameters with its logarithmic weight.
struct FitPoint {
  var window: Double
  var limit: Double
  var logWeight: Double
}

/// For models that admit a request exactly if fewer than a limit have been counted: all limits at once, from how many
/// had been counted when each request came.
struct CountFit {
  /// Probability of a decision against the model.
  static let error = 0.015

  /// Points further below the best than this, in log, carry no weight.
  private static let negligible = 14.0

  /// - Parameters:
  ///   - counted: for each request with a decision, how many had been counted before it.
  ///   - admitted: the decisions.
  /// - Returns: the limits that matter, each with log P(decisions), plus `logPrior`.
  static func points(window: Double, counted: [Int], admitted: [Bool], logPrior: Double) -> [FitPoint] {
    guard let most = counted.max() else { return [] }
    var passes = [Int](repeating: 0, count: most + 2)
    var denials = passes
    for (count, isAdmitted) in zip(counted, admitted) {
      if isAdmitted { passes[count] += 1 } else { denials[count] += 1 }
    }
    let odd = log(error)
    let expected = log(1 - error)
    // With the limit c: passes at c or more and denials below c are errors.
    var errors = passes.reduce(0, +)
    var points: [FitPoint] = []
    points.reserveCapacity(most + 1)
    var best = -Double.infinity
    for limit in 1...(most + 1) {
      errors += denials[limit - 1] - passes[limit - 1]
      let value = Double(errors) * odd + Double(counted.count - errors) * expected + logPrior
      best = max(best, value)
      points.append(FitPoint(window: window, limit: Double(limit), logWeight: value))
    }
    return points.filter { $0.logWeight > best - negligible }
  }
}
