internal import ParallaxModel

/// All hypotheses about a design: every cause of the priors, in every way in which it may show in the design's cells.
///
/// A cell is limited with the reference exactly if it changes nothing that the limit or block goes by. Where that is
/// itself uncertain (does another path have its own bucket? is a key made alike restricted alike?) there is one
/// hypothesis for each answer.
struct CauseCatalogue {
  private let design: Design
  private(set) var hypotheses: [CauseHypothesis] = []

  init(design: Design) {
    precondition(design.cells.count <= 64, "a design has at most 64 cells")
    self.design = design
    for row in CausePrior.rows { add(row, limited: cells { $0.differs.isDisjoint(with: row.scope) }) }
    addNetworks()
    addClientStacks()
    let total = hypotheses.reduce(0) { $0 + $1.prior }
    for index in hypotheses.indices { hypotheses[index].prior /= total }
    hypotheses.append(
      CauseHypothesis(
        cause: .nothing, scope: [], limited: 0, course: .constant, knowsKeys: true, prior: CausePrior.nothing))
  }

  private func cells(where isMember: (Cell) -> Bool) -> CellMask {
    design.cells.reduce(into: 0) { mask, cell in
      if isMember(cell) { mask |= 1 << CellMask(cell.id) }
    }
  }

  /// Some of the other vantages are refused with the reference's, and some are not.
  private mutating func addNetworks() {
    let home = design.reference.vantage
    let others = Set(design.cells.map(\.vantage)).subtracting([home]).sorted()
    guard others.count > 1 else { return }
    let choices = (1 << others.count) - 2
    for choice in 1...choices {
      let inside = Set(others.indices.filter { choice & (1 << $0) != 0 }.map { others[$0] } + [home])
      let limited = cells { inside.contains($0.vantage) }
      let blocked = CausePrior.network.blocked / Double(choices)
      let shared = CausePrior.network.limited / Double(choices)
      add(
        CausePrior(cause: .networkBlocked, scope: .ip, course: .constant, weight: blocked, otherLevelPasses: 0.1),
        limited: limited)
      add(CausePrior(cause: .ipLimited, scope: .ip, course: .spent, weight: shared), limited: limited)
    }
  }

  /// Whoever has the reference's level in a further dimension is refused, whatever else changes.
  private mutating func addClientStacks() {
    for (index, dimension) in design.dimensions.enumerated() {
      let bit = DimensionSet.further(index)
      let differing = cells { $0.differs.contains(bit) && !$0.isCheaper }
      let weight = CausePrior.Meaning(dimension).clientStack
      guard differing != 0, weight > 0 else { continue }
      for course in [CauseHypothesis.Course.constant, .spent] {
        let row = CausePrior(
          cause: .clientStack, scope: bit, course: course, weight: course == .constant ? weight : 0.2 * weight)
        add(row, limited: cells { _ in true } & ~differing, except: index)
      }
    }
  }

  /// Adds the row once for every way in which it may show. `limited` goes by the scope alone.
  private mutating func add(_ row: CausePrior, limited: CellMask, except dimension: Int? = nil) {
    var ways = [(mask: limited, weight: row.weight)]
    func split(_ group: CellMask, passes: Double) {
      guard group & limited != 0 else { return }
      ways = ways.flatMap { way in
        [(way.mask, way.weight * (1 - passes)), (way.mask & ~group, way.weight * passes)]
      }
    }
    for (index, further) in design.dimensions.enumerated() where index != dimension {
      let group = cells { $0.differs.contains(.further(index)) }
      let isCost = design.cells.contains { $0.isCheaper && $0.differs.contains(.further(index)) }
      let factor = CausePrior.Meaning(further).factor
      split(group, passes: isCost ? row.cheaperPasses : row.otherLevelPasses * factor)
    }
    if row.cause != .keyNotRecognised {
      split(cells { $0.hasUnknownKey }, passes: 1 - CausePrior.limitsBeforeKeys)
    }
    if row.cause == .keyRestricted {
      let peers = cells { $0.isPeer }
      if peers != 0 {
        ways = ways.flatMap { way in
          [
            (way.mask | peers, way.weight * CausePrior.peerIsRestricted),
            (way.mask, way.weight * (1 - CausePrior.peerIsRestricted)),
          ]
        }
      }
    }
    for way in ways where way.weight > 0 {
      hypotheses.append(
        CauseHypothesis(
          cause: row.cause, scope: row.scope, limited: way.mask, course: row.course,
          knowsKeys: row.cause != .keyNotRecognised, prior: way.weight))
    }
  }
}
