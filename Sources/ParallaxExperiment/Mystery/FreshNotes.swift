internal import ParallaxModel

/// Says which cells were limited before any load while the reference passed.
enum FreshNotes {
  static func notes(_ readings: [[Reading]], in design: Design) -> [String] {
    let asked = design.cells.filter { !readings[$0.id].isEmpty }
    let limited = asked.filter { cell in
      2 * readings[cell.id].count { $0 != .passed } > readings[cell.id].count
    }
    guard !limited.isEmpty, !limited.contains(design.reference) else { return [] }
    let passed = asked.filter { !limited.contains($0) }
    let names = limited.map { cell in
      "\(design.name(of: cell)) (\(readings[cell.id].count { $0 != .passed }) of \(readings[cell.id].count))"
    }
    let common = trait(of: limited, not: passed, in: design).map { ": what they share is \($0)" } ?? ""
    return [
      "limited before any load, while the reference passed: \(names.joined(separator: ", "))\(common); that allowance "
        + "was spent by others, or by triage's own requests, or it is smaller"
    ]
  }

  /// What all of these cells have and none of the others.
  private static func trait(of cells: [Cell], not others: [Cell], in design: Design) -> String? {
    func isTrait(_ has: (Cell) -> Bool) -> Bool { cells.allSatisfy(has) && !others.contains(where: has) }
    let first = cells[0]
    if isTrait({ $0.account == first.account }) { return "the account \(first.account)" }
    if isTrait({ $0.key == first.key }) { return "the key \(first.key)" }
    if isTrait({ $0.vantage == first.vantage }) { return "the vantage \(design.vantages[first.vantage].name)" }
    let index = design.dimensions.indices.first { index in isTrait { $0.levels[index] == first.levels[index] } }
    return index.map { "the \(design.dimensions[$0].name) \(design.dimensions[$0].levels[first.levels[$0]])" }
  }
}
