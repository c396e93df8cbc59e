/// Outcomes of the cells that share the drained bucket, the reference included, for every pattern.
struct PooledCounts: Sendable {
  struct Count: Hashable, Sendable {
    var limited = 0
    var passed = 0

    mutating func add(_ isLimited: Bool) {
      if isLimited { limited += 1 } else { passed += 1 }
    }
  }

  private let patterns: [CellMask]
  /// By pattern.
  private(set) var total: [Count]
  /// By segment, then by pattern.
  private(set) var segments: [[Count]] = []
  /// Rounds that found the bucket open again.
  private(set) var reopened = 0

  init(patterns: [CellMask]) {
    self.patterns = patterns
    total = [Count](repeating: Count(), count: patterns.count)
  }

  mutating func take(_ segment: Segment) {
    var counts = [Count](repeating: Count(), count: patterns.count)
    if !segments.isEmpty, !segment.goesOn {
      if segment.opening.limited {
        for pattern in patterns.indices { counts[pattern].add(true) }
      } else {
        reopened += 1
      }
    }
    // The first denial opens the segment; it is what made it valid.
    for trial in segment.trials.dropFirst() {
      let bit: CellMask = 1 << CellMask(trial.cell)
      for pattern in patterns.indices where patterns[pattern] & bit != 0 { counts[pattern].add(trial.limited) }
    }
    for pattern in patterns.indices {
      total[pattern].limited += counts[pattern].limited
      total[pattern].passed += counts[pattern].passed
    }
    segments.append(counts)
  }
}
