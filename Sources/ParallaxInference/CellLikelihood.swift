internal import Glibc

/// Outcomes of one cell whose bucket nobody drained.
enum CellLikelihood {
  /// log P of so many denials and passes: clean (almost never denied) or, rarely, with an allowance of its own that is
  /// smaller or already spent: .97 Beta(.4, 60) + .03 Beta(1, 2).
  static func separate(limited: Double, passed: Double) -> Double {
    logAddExp(
      log(0.97) + logBetaSequence(limited: limited, passed: passed, 0.4, 60),
      log(0.03) + logBetaSequence(limited: limited, passed: passed, 1, 2))
  }

  /// log P of the outcomes of a cell that shares the drained bucket but costs less: mostly the first few pass on what
  /// the reference's request was too dear for, and then all are denied; where tokens come back, any mixture.
  static func cheaper(_ denied: [Bool]) -> Double {
    let first = denied.firstIndex(of: true) ?? denied.count
    let odd = denied[first...].count { !$0 }
    let leftover = log(leftovers(first, isComplete: first < denied.count)) + Double(odd) * log(0.03)
    let limited = Double(denied.count { $0 })
    let mixed = logBetaSequence(limited: limited, passed: Double(denied.count) - limited, 1, 1)
    return logAddExp(log(0.9) + leftover, log(0.1) + mixed)
  }

  /// Probability that the leftover is enough for exactly so many requests, or for at least so many. A request costs
  /// two or three others' mostly, rarely more than four.
  private static func leftovers(_ count: Int, isComplete: Bool) -> Double {
    let exactly = [0.1, 0.35, 0.25, 0.18]
    let tail = 0.12
    if count < exactly.count { return isComplete ? exactly[count] : exactly[count...].reduce(tail, +) }
    let halvings = pow(0.5, Double(count - exactly.count))
    return isComplete ? tail * halvings / 2 : tail * halvings
  }

  /// log P of a sequence that passes up to an unknown point and is denied from then on: what a smaller allowance of
  /// one level looks like. Each outcome is as expected with probability .985.
  static func spent(_ denied: [Bool]) -> Double {
    guard !denied.isEmpty else { return 0 }
    let expected = log(0.985)
    let odd = log(0.015)
    // Starts with everything after the change point (all denials expected), then moves the point to the end.
    var value = denied.reduce(0) { $0 + ($1 ? expected : odd) }
    var values = [value]
    for limited in denied {
      value += limited ? odd - expected : expected - odd
      values.append(value)
    }
    return logSumExp(values) - log(Double(values.count))
  }
}

/// `CellLikelihood.separate` for whole counts, computed once each.
struct SeparateTable: Sendable {
  private static let limitedCount = 48
  private static let passedCount = 192
  private var values = [Double](repeating: .nan, count: limitedCount * passedCount)

  mutating func value(limited: Int, passed: Int) -> Double {
    guard limited < Self.limitedCount, passed < Self.passedCount else {
      return CellLikelihood.separate(limited: Double(limited), passed: Double(passed))
    }
    let index = limited * Self.passedCount + passed
    if values[index].isNaN {
      values[index] = CellLikelihood.separate(limited: Double(limited), passed: Double(passed))
    }
    return values[index]
  }
}
