internal import ParallaxInference
internal import ParallaxModel

/// A cell that the verdict says has a bucket of its own, and that is asked a few times more while the reference is denied.
///
/// One of the same identity but for a further dimension of the plan, say another path: where it shares the bucket after
/// all and only costs less, the first few of its requests pass on what the reference's was too dear for. And one of
/// another address and account, where the reference's own host is denied for another account too: that may be the
/// smaller allowance of an account on a lower tier, and then it soon ends here as well. Both look like a bucket as large
/// as the reference's, until it ends.
struct Contrast: Sendable {
  let cell: Int
  /// Requests that are asked more: those that its own bucket surely still holds, if it has one.
  let count: Int

  private static let most = 6
  /// With fewer there is little to learn.
  private static let fewest = 2

  /// All that are worth asking.
  static func all(of search: LimiterSearch, _ notebook: Notebook) -> [Contrast] {
    let reference = notebook.design.cells[0]
    let usable = notebook.design.cells.filter { $0.id != 0 && notebook.isUsable($0.id) }
    let elsewhere = usable.first {
      $0.vantage == reference.vantage && $0.key == reference.key && $0.levels != reference.levels
        && !search.isShared($0.id)
    }
    let accounts = usable.filter { $0.account != reference.account && $0.levels == reference.levels }
    let seemsShared = accounts.contains { $0.vantage == reference.vantage && search.isShared($0.id) }
    let lowerTier =
      seemsShared && search.mayMeetALowerTier && search.staysClosed
      ? accounts.first { $0.vantage != reference.vantage && !search.isShared($0.id) } : nil
    return [elsewhere, lowerTier].compactMap { cell in cell.flatMap { Contrast(cell: $0.id, search, notebook) } }
  }

  /// nil where its bucket may hold too little by now.
  private init?(cell: Int, _ search: LimiterSearch, _ notebook: Notebook) {
    let asked = Array(repeating: cell, count: Self.most)
    let count = search.estimate.expectedDenials(of: asked, at: notebook.now).prefix { !$0 }.count
    guard count >= Self.fewest else { return nil }
    (self.cell, self.count) = (cell, count)
  }

  /// Whether it was denied, and not by some odd answer alone.
  func contradicts(_ trials: [Trial]) -> Bool { trials.count { $0.cell == cell && $0.limited } >= 2 }
}
