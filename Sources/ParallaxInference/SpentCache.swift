internal import ParallaxModel

/// The outcomes of one level's cells, in order.
struct LevelOutcomes {
  var level: CellMask
  /// Where the reference was not exhausted, a cell that shares its bucket may be denied by an allowance of its level, too.
  var outcomes: [ScopePosterior.Event]
}

/// `CellLikelihood.spent` of a level for every set of its cells that are separate or cheaper, computed once each.
struct SpentCache {
  private struct Cells: Hashable {
    var separate: CellMask
    var cheaper: CellMask
  }

  private let levels: [LevelOutcomes]
  private var values: [[Cells: Double]]

  init(levels: [LevelOutcomes]) {
    self.levels = levels
    values = [[Cells: Double]](repeating: [:], count: levels.count)
  }

  /// - Parameters:
  ///   - separate: cells of the level whose every outcome counts.
  ///   - cheaper: cells that are accounted for otherwise. Of the level's others only what they answered at rest counts.
  mutating func value(level: Int, separate: CellMask, cheaper: CellMask) -> Double {
    let key = Cells(separate: separate, cheaper: cheaper & levels[level].level)
    if let value = values[level][key] { return value }
    let denied = levels[level].outcomes.filter { outcome in
      let cell: CellMask = 1 << CellMask(outcome.trial.cell)
      return separate & cell != 0 || !outcome.isDrained && key.cheaper & cell == 0
    }.map(\.trial.limited)
    let value = CellLikelihood.spent(denied)
    values[level][key] = value
    return value
  }
}
