internal import ParallaxModel

/// The same matrix seen from another cell: that cell is the reference, and the others differ from it.
struct Rebasing: Sendable {
  let design: Design
  /// For each cell of `design`, its number in the original one.
  private let original: [Int]
  private let rebased: [Int: Int]

  init(_ design: Design, on cell: Int) {
    self.init(design, only: [cell] + design.cells.map(\.id).filter { $0 != cell })
  }

  /// - Parameter chosen: the cells that are left, the reference first.
  init(_ design: Design, only chosen: [Int]) {
    let reference = design.cells[chosen[0]]
    original = chosen
    rebased = Dictionary(uniqueKeysWithValues: original.enumerated().map { ($0.element, $0.offset) })
    let cells = original.enumerated().map { index, id in
      var cell = design.cells[id]
      cell.id = index
      cell.differs = []
      if chosen.count < design.cells.count { cell.isControl = false }
      if cell.vantage != reference.vantage { cell.differs.insert(.ip) }
      if cell.key != reference.key { cell.differs.insert(.key) }
      if cell.account != reference.account { cell.differs.insert(.account) }
      for (dimension, level) in cell.levels.enumerated() where level != reference.levels[dimension] {
        cell.differs.insert(.further(dimension))
      }
      return cell
    }
    self.design = Design(
      vantages: design.vantages, dimensions: design.dimensions, cells: cells, gaps: design.gaps)
  }

  /// What was asked about the rebased design, in the numbers of the original one.
  func original(_ directive: Directive, stage: Stage) -> Directive {
    switch directive {
    case .wait: return directive
    case .schedule(var schedule):
      schedule.stage = stage
      for index in schedule.items.indices { schedule.items[index].cell = original[schedule.items[index].cell] }
      return .schedule(schedule)
    case .ramp(var ramp):
      ramp.stage = stage
      ramp.cell = original[ramp.cell]
      ramp.followUp = ramp.followUp.map { original[$0] }
      return .ramp(ramp)
    }
  }

  func rebased(_ sample: Sample) -> Sample {
    var sample = sample
    sample.cell = rebased[sample.cell] ?? sample.cell
    return sample
  }
}
