internal import ParallaxModel

/// The outcomes of one level's cells, in order.
struct LevelOutcomes {
  var level: CellMask
  var outcomes: [Trial]
}

/// `CellLikelihood.spent` of a level for every set of its cells that are separate, computed once each.
struct SpentCache {
  private let levels: [LevelOutcomes]
  private var values: [[CellMask: Double]]

  init(levels: [LevelOutcomes]) {
    self.levels = levels
    values = [[CellMask: Double]](repeating: [:], count: levels.count)
  }

  mutating func value(level: Int, separate: CellMask) -> Double {
    if let value = values[level][separate] { return value }
    let denied = levels[level].outcomes.filter { separate & (1 << CellMask($0.cell)) != 0 }.map(\.limited)
    let value = CellLikelihood.spent(denied)
    values[level][separate] = value
    return value
  }
}
