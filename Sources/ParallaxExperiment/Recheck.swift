internal import ParallaxInference
internal import ParallaxModel

/// What is asked once more while the reference is still denied, before its recovery is watched.
///
/// An outage that ended unseen, since the reference was closed by a limit of its own by then, leaves cells behind that
/// seem to share: now they pass. That they are denied says nothing, since by now a second limiter beneath the first may
/// be drained; so only what the verdict does not expect counts.
struct Recheck: Sendable {
  /// Requests of the reference before it: what came back meanwhile must not let the others pass.
  static let lead = 3

  private let contrasts: [Contrast]
  /// Cells that seem to share, and to cost as much, and differ in as little as possible.
  private let sharing: [Int]

  /// nil where there is nothing to ask.
  init?(of search: LimiterSearch, _ notebook: Notebook) {
    contrasts = Contrast.all(of: search, notebook)
    let best = search.estimate.bestHypothesis
    let shared = notebook.design.cells.filter { cell in
      cell.id != 0 && notebook.isUsable(cell.id) && best.shared & (1 << CellMask(cell.id)) != 0
    }
    let nearest = shared.filter { cell in
      !shared.contains { $0.differs != cell.differs && $0.differs.isSubset(of: cell.differs) }
    }
    // Everyone has a confirmation of its own; and where tokens come back quickly, one may come in this moment.
    sharing = search.staysClosed && !best.isEveryone ? nearest.map(\.id) : []
    if contrasts.isEmpty, sharing.isEmpty { return nil }
  }

  /// In order, between denials of the reference.
  var cells: [Int] { sharing + contrasts.flatMap { Array(repeating: $0.cell, count: $0.count) } }

  /// The first cell whose answers contradict the verdict.
  func contradicted(by trials: [Trial]) -> Int? {
    contrasts.first { $0.contradicts(trials) }?.cell
      ?? trials.first { !$0.limited && sharing.contains($0.cell) }?.cell
  }
}

extension LimiterSearch {
  /// Whether so little comes back that what a short schedule meets is not changed by it.
  var staysClosed: Bool { saturation == .hard && !(isDense && estimate.refillRate > Self.quickRefill) }
  /// Requests per second.
  private static let quickRefill = 1.0
}
