public import ParallaxModel

/// All hypotheses about a design, generated from its dimensions.
///
/// Two cells share a bucket if and only if they agree in every dimension of the scope. So a cell is limited with the
/// reference exactly if it changes nothing that the scope holds; with two limiters drained at once, if that is true of
/// either. Hypotheses that a design cannot tell apart have the same pattern of shared cells and keep their priors'
/// proportion whatever is observed.
public struct Lattice: Sendable {
  public let design: Design
  public private(set) var hypotheses: [Hypothesis] = []
  /// The distinct `shared` masks.
  public private(set) var patterns: [CellMask] = []
  /// For each level other than the reference's, the cells that have it.
  let levels: [CellMask]
  /// Those that can be probed. What controls would tell apart, nobody asks.
  private let cells: [Cell]

  public init(design: Design) {
    precondition(design.cells.count <= 64, "a design has at most 64 cells")
    self.design = design
    cells = design.cells.filter { !$0.isControl }
    levels = Self.levels(of: cells, reference: design.reference)
    let furtherSets = Self.subsets(of: design.dimensions.count)
    for (scopes, weight) in ScopePrior.base {
      for further in furtherSets {
        let all = scopes.map { $0.union(further.dimensions) }
        add(scopes: all, shared: shared(by: all), prior: weight * further.weight)
      }
    }
    addCheaper()
    addUnexplained(furtherSets)
    let total = hypotheses.reduce(0) { $0 + $1.prior }
    for index in hypotheses.indices { hypotheses[index].prior /= total }
  }

  /// The cells that a limiter keyed on any of the scopes drains together with the reference.
  public func shared(by scopes: [DimensionSet]) -> CellMask {
    cells.reduce(into: 0) { mask, cell in
      if scopes.contains(where: { $0.isDisjoint(with: cell.differs) }) { mask |= 1 << CellMask(cell.id) }
    }
  }

  private static let baseDimensions: DimensionSet = [.ip, .key, .account]

  private mutating func add(scopes: [DimensionSet], shared: CellMask, prior: Double, cheaper: CellMask = 0) {
    let pattern = patterns.firstIndex(of: shared) ?? patterns.count
    if pattern == patterns.count { patterns.append(shared) }
    let identity = cells.filter { !$0.differs.isEmpty && $0.differs.isSubset(of: Self.baseDimensions) }
    hypotheses.append(
      Hypothesis(
        scopes: scopes, shared: shared, prior: prior, ownBucket: ownBuckets(scope: scopes.first), cheaper: cheaper,
        pattern: pattern,
        isEveryone: !identity.isEmpty && identity.allSatisfy { shared & (1 << CellMask($0.id)) != 0 }))
  }

  /// For every scope without one of the further dimensions: its other levels may share the bucket and cost less.
  private mutating func addCheaper() {
    for hypothesis in hypotheses where hypothesis.scopes.count == 1 {
      for index in design.dimensions.indices where !hypothesis.scopes[0].contains(.further(index)) {
        let own = cells.filter { $0.differs == .further(index) }.reduce(into: CellMask(0)) {
          $0 |= 1 << CellMask($1.id)
        }
        guard own != 0 else { continue }
        add(
          scopes: hypothesis.scopes, shared: hypothesis.shared & ~own,
          prior: ScopePrior.cheaper * hypothesis.prior, cheaper: own)
      }
    }
  }

  /// Every pattern of the base cells that no scope gives, with the further dimensions in or out.
  private mutating func addUnexplained(_ furtherSets: [(dimensions: DimensionSet, weight: Double)]) {
    let classes = Set(cells.map(\.differs)).filter { !$0.isDisjoint(with: Self.baseDimensions) }.sorted()
    let explained = Set(patterns)
    // With many further dimensions only the extremes: the mass is tiny, the number would explode.
    let extremes = furtherSets.count <= 4 ? furtherSets : [furtherSets[0], furtherSets[furtherSets.count - 1]]
    var found: [(shared: CellMask, weight: Double)] = []
    for choice in 0..<(1 << classes.count) {
      for further in extremes {
        let shared = cells.reduce(into: CellMask(0)) { mask, cell in
          let isShared =
            classes.firstIndex(of: cell.differs).map { choice & (1 << $0) != 0 }
            ?? cell.differs.isDisjoint(with: further.dimensions)
          if isShared { mask |= 1 << CellMask(cell.id) }
        }
        if !explained.contains(shared) { found.append((shared, further.weight)) }
      }
    }
    let total = found.reduce(0) { $0 + $1.weight }
    for item in found {
      add(scopes: [], shared: item.shared, prior: ScopePrior.unexplained * item.weight / total)
    }
  }

  /// Every subset of the further dimensions as the part of a scope, with its prior.
  private static func subsets(of count: Int) -> [(dimensions: DimensionSet, weight: Double)] {
    (0..<(1 << UInt32(count))).map { choice in
      let dimensions = DimensionSet(rawValue: UInt32(choice) << 3)
      let inside = choice.nonzeroBitCount
      let weight = (0..<count).reduce(1.0) { product, index in
        product * (index < inside ? ScopePrior.further : 1 - ScopePrior.further)
      }
      return (dimensions, weight)
    }
  }

  /// Numbers for the buckets of a limiter keyed on the scope; without one every cell has its own.
  private func ownBuckets(scope: DimensionSet?) -> [Int] {
    guard let scope else { return design.cells.map(\.id) }
    var numbers: [[String]: Int] = [:]
    return design.cells.map { cell in
      var identity: [String] = []
      if scope.contains(.ip) { identity.append("\(cell.vantage)") }
      if scope.contains(.key) { identity.append(cell.key) }
      if scope.contains(.account) { identity.append(cell.account) }
      for (index, level) in cell.levels.enumerated() where scope.contains(.further(index)) {
        identity.append("\(level)")
      }
      let number = numbers[identity] ?? numbers.count
      numbers[identity] = number
      return number
    }
  }

  private static func levels(of cells: [Cell], reference: Cell) -> [CellMask] {
    var levels: [[String]: CellMask] = [:]
    for cell in cells {
      let bit: CellMask = 1 << CellMask(cell.id)
      if cell.vantage != reference.vantage { levels[["vantage", "\(cell.vantage)"], default: 0] |= bit }
      if cell.account != reference.account {
        levels[["account", cell.account], default: 0] |= bit
      } else if cell.key != reference.key {
        levels[["key", cell.key], default: 0] |= bit
      }
      for (index, level) in cell.levels.enumerated() where level != reference.levels[index] {
        levels[["\(index)", "\(level)"], default: 0] |= bit
      }
    }
    return levels.values.sorted()
  }
}
