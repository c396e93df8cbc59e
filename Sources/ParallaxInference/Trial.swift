/// One request as the posterior sees it: which cell, when it met the limiter, and whether it was denied.
public struct Trial: Hashable, Sendable {
  /// Seconds.
  public var time: Double
  /// Index in the design's cells.
  public var cell: Int
  public var limited: Bool

  public init(time: Double, cell: Int, limited: Bool) {
    self.time = time
    self.cell = cell
    self.limited = limited
  }
}

/// The valid part of one round: from a denial of the exhausted cell to another denial of it.
public struct Segment: Hashable, Sendable {
  /// The round's first request of the exhausted cell, before the first denial or identical with it.
  public var opening: Trial
  /// In order of time; the first and the last are denials of the exhausted cell.
  public var trials: [Trial]
  /// It goes on where the segment before it ended: its first denial is that one's last, and says nothing new.
  public var goesOn: Bool

  public init(opening: Trial, trials: [Trial], goesOn: Bool = false) {
    self.opening = opening
    self.trials = trials
    self.goesOn = goesOn
  }

  /// Cuts the valid part out of a round, or says that there is none.
  ///
  /// - Parameters:
  ///   - trials: all outcomes of the round, sorted by time.
  ///   - last: the denial of the cell that the round goes on from; nil where it begins with one of its own.
  public init?(round trials: [Trial], of cell: Int, after last: Trial? = nil) {
    let trials = (last.map { [$0] } ?? []) + trials
    let denials = trials.indices.filter { trials[$0].cell == cell && trials[$0].limited }
    guard let first = denials.first, let end = denials.last, first != end,
      let opening = trials.first(where: { $0.cell == cell })
    else { return nil }
    self.init(opening: opening, trials: Array(trials[first...end]), goesOn: last != nil)
  }
}
