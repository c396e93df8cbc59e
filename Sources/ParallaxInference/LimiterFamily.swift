internal import Glibc

/// How the drained bucket answers those who share it.
public enum LimiterFamily: Int, Hashable, Sendable, CaseIterable {
  /// Denied until its window ends: Beta(120, .6) on denied.
  case hard
  /// Tokens come back while we probe.
  case refill
  /// Several independent counters behind a balancer: denied with one unknown probability, Beta(1, 1).
  case scattered
  /// In every round either denied until the end, or with another unknown probability: counters that fill up one after
  /// the other, or a limit that comes and goes.
  case drifting

  var prior: Double {
    switch self {
    case .hard: 0.55
    case .refill: 0.32
    case .scattered: 0.08
    case .drifting: 0.05
    }
  }

  /// log P(outcomes of the sharing cells) for one pattern; `refill` comes from its filter.
  func logLikelihood(_ counts: PooledCounts, pattern: Int, refill: Double) -> Double {
    let total = counts.total[pattern]
    let limited = Double(total.limited)
    let passed = Double(total.passed)
    let reopened = Double(counts.reopened)
    switch self {
    case .hard: return logBetaSequence(limited: limited, passed: passed, 120, 0.6) + reopened * log(0.08)
    case .refill: return refill
    case .scattered: return logBetaSequence(limited: limited, passed: passed, 1, 1) + reopened * log(0.2)
    case .drifting:
      return counts.segments.reduce(reopened * log(0.2)) { sum, segment in
        let limited = Double(segment[pattern].limited)
        let passed = Double(segment[pattern].passed)
        return sum
          + logAddExp(
            log(0.5) + logBetaSequence(limited: limited, passed: passed, 60, 0.6),
            log(0.5) + logBetaSequence(limited: limited, passed: passed, 1, 1))
      }
    }
  }
}
