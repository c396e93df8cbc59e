/// One choice of level in every dimension.
public struct Cell: Hashable, Sendable {
  /// Index in `Design.cells`, and the cell's name on the wire.
  public var id: Int
  /// The role in the design: `R` reference, `I` other ip, `K` other key, `B` other account, `L` all of them (the
  /// witness), `M` ip and key, `E` a further dimension, `C` that of the cost; a number follows where there are several
  /// (`I2`, `E2`). Controls: `P` an address near the reference's, `N` a third key of the account, `G` a key that the
  /// target must not know, `Z` no key.
  public var label: String
  /// Index in `Design.vantages`.
  public var vantage: Int
  public var key: String
  public var account: String
  /// For each further dimension, the index of its level.
  public var levels: [Int]
  /// In which dimensions it differs from the reference. A cell with another account always has another key too.
  public var differs: DimensionSet
  /// Only asked to find out why the reference is limited while fresh, or by which prefix addresses count, never as
  /// evidence about a scope.
  public var isControl: Bool
  /// An address near the reference's, which may be counted together with it.
  public var isNeighbour: Bool { isControl && differs == .ip }

  public init(
    id: Int, label: String, vantage: Int, key: String, account: String, levels: [Int], differs: DimensionSet,
    isControl: Bool = false
  ) {
    self.id = id
    self.label = label
    self.vantage = vantage
    self.key = key
    self.account = account
    self.levels = levels
    self.differs = differs
    self.isControl = isControl
  }
}

/// The matrix of an experiment: the cells, with the reference first.
///
/// Invariants: `cells[i].id == i`; `cells[0]` is the reference and differs in nothing; every cell's vantage and levels
/// exist.
public struct Design: Hashable, Sendable {
  public var vantages: [Vantage]
  public var dimensions: [Dimension]
  public var cells: [Cell]
  /// What the inventory or the plan did not allow to vary, each with what to add.
  public var gaps: [Gap]

  /// A dimension that cannot be varied with what the user has.
  public struct Gap: Hashable, Sendable {
    public var dimension: String
    public var because: String
    public var toSettle: String

    public init(dimension: String, because: String, toSettle: String) {
      self.dimension = dimension
      self.because = because
      self.toSettle = toSettle
    }
  }

  public init(vantages: [Vantage], dimensions: [Dimension], cells: [Cell], gaps: [Gap]) {
    precondition(!cells.isEmpty && cells[0].differs.isEmpty, "the reference cell stands first")
    precondition(cells.indices.allSatisfy { cells[$0].id == $0 }, "cells are numbered in order")
    precondition(cells.allSatisfy { vantages.indices.contains($0.vantage) && $0.levels.count == dimensions.count })
    self.vantages = vantages
    self.dimensions = dimensions
    self.cells = cells
    self.gaps = gaps
  }

  public var reference: Cell { cells[0] }

  /// How the cell is printed: `fra1 x a2`, with the levels of further dimensions that are not the reference's.
  public func name(of cell: Cell) -> String {
    let changed = cell.levels.indices.filter { cell.levels[$0] != reference.levels[$0] }
    let levels = changed.map { " x \(dimensions[$0].levels[cell.levels[$0]])" }.joined()
    return "\(vantages[cell.vantage].name) x \(cell.key)\(levels)"
  }
}
