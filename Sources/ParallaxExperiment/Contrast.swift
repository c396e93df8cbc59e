internal import ParallaxInference
internal import ParallaxModel

/// A cell of the same identity but for a further dimension of the plan, say another path, that the verdict says has a
/// bucket of its own: before the recovery is watched it is asked a few times more while the reference is denied.
///
/// Where it shares the bucket after all and only costs less, the first few of its requests pass on what the reference's
/// was too dear for, and that looks like a bucket of its own, until it ends.
struct Contrast: Sendable {
  let cell: Int
  /// Requests that are asked more: those that its own bucket surely still holds, if it has one.
  let count: Int

  /// Requests of the reference before them: what came back meanwhile must not let it pass.
  static let lead = 3
  private static let most = 6
  /// With fewer there is little to learn.
  private static let fewest = 2

  init?(of search: LimiterSearch, _ notebook: Notebook) {
    let reference = notebook.design.cells[0]
    let found = notebook.design.cells.first { cell in
      cell.vantage == reference.vantage && cell.key == reference.key && cell.levels != reference.levels
        && notebook.isUsable(cell.id) && !search.isShared(cell.id)
    }
    guard let cell = found else { return nil }
    let asked = Array(repeating: cell.id, count: Self.most)
    let count = search.estimate.expectedDenials(of: asked, at: notebook.now).prefix { !$0 }.count
    guard count >= Self.fewest else { return nil }
    (self.cell, self.count) = (cell.id, count)
  }

  /// Whether it was denied, and not by some odd answer alone.
  func contradicts(_ trials: [Trial]) -> Bool { trials.count { $0.cell == cell && $0.limited } >= 2 }
}
