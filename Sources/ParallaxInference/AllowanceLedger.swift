/// What every separate cell has left of its own allowance, under one hypothesis.
///
/// A probe spends its own bucket. An outcome that may be due to that says nothing about the reference's: it is left
/// out of the counts and costs a fixed penalty instead.
struct AllowanceLedger {
  /// What is assumed of buckets that nobody exhausted.
  struct Terms {
    /// Tokens per second that come back.
    var refill: Double
    /// When everything was full again, seconds.
    var recoveries: [Double]
  }

  /// Denials and passes that count, by cell: of separate cells in rounds, and of all cells at rest.
  private(set) var limited: [Int]
  private(set) var passed: [Int]
  /// log probability of the ambiguous ones.
  private(set) var ambiguous = 0.0
  let capacity: Double
  let slack: Double
  private let terms: Terms
  private var tokens: [Double]
  private var touched: [Double]
  private let ownBucket: [Int]

  init(_ hypothesis: Hypothesis, capacity: Double, terms: Terms) {
    self.capacity = capacity
    self.terms = terms
    // What passes one request cannot hold less than one.
    slack = min(max(1, 0.15 * capacity), capacity - 1)
    ownBucket = hypothesis.ownBucket
    limited = [Int](repeating: 0, count: ownBucket.count)
    passed = limited
    tokens = [Double](repeating: capacity, count: ownBucket.count)
    touched = [Double](repeating: -.infinity, count: ownBucket.count)
  }

  /// Tokens of the cell's own bucket at a time.
  func tokens(of cell: Int, at time: Double) -> Double {
    let bucket = ownBucket[cell]
    let since = touched[bucket]
    guard since > -.infinity else { return capacity }
    if terms.recoveries.contains(where: { since < $0 && $0 <= time }) { return capacity }
    return min(capacity, tokens[bucket] + terms.refill * max(0, time - since))
  }

  /// Takes in an outcome that is evidence about the cell's own bucket: it is separate, and within a valid round, or
  /// nothing was drained.
  ///
  /// - Parameter isAtRest: nothing was drained. Then that it passes although it may be empty is no surprise.
  mutating func take(_ trial: Trial, isAtRest: Bool) {
    let left = tokens(of: trial.cell, at: trial.time)
    switch trial.limited {
    case true where left < 1 - 1e-9: ambiguous += AmbiguityPenalty.deniedWhenEmpty
    case true where left < 1 + slack - 1e-9: ambiguous += AmbiguityPenalty.deniedWhenLow
    case true: limited[trial.cell] += 1
    case false where left < 0.5 && !isAtRest: ambiguous += AmbiguityPenalty.passedWhenEmpty
    case false: passed[trial.cell] += 1
    }
    spend(trial, of: left)
  }

  /// Only what an outcome, seen or expected, leaves of the cell's own bucket.
  mutating func spend(_ trial: Trial) { spend(trial, of: tokens(of: trial.cell, at: trial.time)) }

  private mutating func spend(_ trial: Trial, of left: Double) {
    let bucket = ownBucket[trial.cell]
    touched[bucket] = trial.time
    if trial.limited {
      // If its own bucket is what refused it, then that is empty now: the next denial is no further surprise.
      tokens[bucket] = left < 1 + slack ? min(left, 0.5) : left
    } else {
      tokens[bucket] = left - 1
    }
  }
}

/// log probabilities of outcomes of a probe that may have spent its own bucket.
private enum AmbiguityPenalty {
  static let deniedWhenEmpty = -0.05129  // log .95
  static let deniedWhenLow = -0.69315  // log .5
  static let passedWhenEmpty = -1.20397  // log .3
}
