internal import Glibc

/// A point of a model's parameters with its logarithmic weight.
struct FitPoint {
  var window: Double
  var limit: Double
  var logWeight: Double
}

/// For models that admit a request exactly if fewer than a limit have been counted: all limits at once, from how many
/// had been counted when each request came.
///
/// Counts are in fractions: a lost request may have been counted or not, and a sliding counter forgets evenly. With some
/// lost, the count is known only within a slack, and decisions that close to the limit say as little.
struct CountFit {
  /// Probability of a decision against the model.
  static let error = 0.015

  /// Points further below the best than this, in log, carry no weight.
  private static let negligible = 14.0

  /// Fractions to a request.
  private let unit: Int
  /// Fractions from one limit to the next.
  private let step: Int
  /// For a margin of -slack to slack fractions between the limit and the count: log P(admitted) and log P(denied).
  private let near: [(admitted: Double, denied: Double)]
  private let slack: Int

  /// - Parameters:
  ///   - unit: fractions to a request.
  ///   - step: fractions from one limit to the next.
  ///   - slack: fractions by which a count may be off.
  init(unit: Int, step: Int, slack: Int) {
    self.unit = unit
    self.step = step
    self.slack = slack
    near = (-slack..<slack + 1).map { margin in
      let share = slack == 0 ? 0 : (Double(margin) - 0.5) / Double(2 * slack) + 0.5
      let pass = min(max(share, Self.error), 1 - Self.error)
      return (log(pass), log(1 - pass))
    }
  }

  /// - Parameters:
  ///   - counted: for each request with a decision, how many had been counted before it, in fractions.
  ///   - admitted: the decisions.
  /// - Returns: the limits that matter, each with log P(decisions), plus `logPrior`.
  func points(window: Double, counted: [Int], admitted: [Bool], logPrior: Double) -> [FitPoint] {
    guard let most = counted.max() else { return [] }
    let length = most + 2 * slack + 2 * unit
    var passes = [Int](repeating: 0, count: length)
    var denials = passes
    for (count, isAdmitted) in zip(counted, admitted) {
      if isAdmitted { passes[count] += 1 } else { denials[count] += 1 }
    }
    let odd = log(Self.error)
    let expected = log(1 - Self.error)
    // Passes far above the limit and denials far below it are errors; `far` counts them as the limit moves up.
    var oddPasses = passes.reduce(0, +)
    var oddDenials = 0
    var far = 0
    var farPasses = 0
    var farDenials = 0
    let total = counted.count
    var points: [FitPoint] = []
    points.reserveCapacity(most / step + 2)
    var best = -Double.infinity
    for limit in stride(from: unit, through: most + unit, by: step) {
      let end = limit - slack
      while far < end, far < length {
        oddPasses -= passes[far]
        oddDenials += denials[far]
        far += 1
      }
      var value = 0.0
      farPasses = 0
      farDenials = 0
      let start = max(0, end)
      for count in start..<min(length, max(start, limit + slack)) {
        let margin = limit - count
        farPasses += passes[count]
        farDenials += denials[count]
        let p = near[margin + slack]
        value += Double(passes[count]) * p.admitted + Double(denials[count]) * p.denied
      }
      let errors = oddPasses - farPasses + oddDenials
      value += Double(errors) * odd + Double(total - errors - farPasses - farDenials) * expected + logPrior
      best = max(best, value)
      points.append(FitPoint(window: window, limit: Double(limit) / Double(unit), logWeight: value))
    }
    return points.filter { $0.logWeight > best - Self.negligible }
  }
}
