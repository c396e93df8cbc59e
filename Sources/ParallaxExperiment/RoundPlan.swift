/// What one round asks, besides the exhausted cell itself.
struct RoundPlan: Sendable {
  /// Cells asked once before the bucket is drained again: that they pass now shows that their own allowance is not
  /// spent, so that a denial right afterwards is due to the drained bucket.
  var controls: [Int] = []
  /// Probes sent while the bucket is empty; those of one group follow each other, then comes the exhausted cell.
  var groups: [[Int]] = []

  var probes: [Int] { groups.flatMap { $0 } }
  var isEmpty: Bool { groups.isEmpty }

  mutating func shuffle(using random: inout some RandomNumberGenerator) {
    controls.shuffle(using: &random)
    groups.shuffle(using: &random)
  }

  /// The cells in order: controls, the exhausted cell as often as it takes to drain the bucket, and the groups, with
  /// the exhausted cell after each or only at the end.
  func sequence(draining cell: Int, lead: Int, betweenGroups: Bool) -> [Int] {
    var sequence = controls + Array(repeating: cell, count: lead)
    for group in groups {
      sequence += group
      if betweenGroups { sequence.append(cell) }
    }
    if !betweenGroups { sequence.append(cell) }
    return sequence
  }
}
