internal import ParallaxModel

/// When a limit that stays closed is asked whether it has opened.
extension Recover {
  /// Window lengths whose ends are worth watching, seconds.
  static let windows: [Double] = [1, 2, 5, 10, 15, 30, 60, 120]
  /// The window that is met most, seconds.
  static let minute = 60.0

  /// When a window's end is asked about, seconds from it. A sliding log gives back what the climb spent in that time, a
  /// fixed window everything: of two at once, the log then lets one pass. Neighbours on the network may change places.
  static let edgeOffsets = [-0.1, 0.015, 0.017, 0.045, 0.047, 0.1]

  /// One look at the limit: a single request, after one of the companion if there is one, or, around a window's end, those
  /// of `edgeOffsets`.
  struct Poll: Sendable {
    var time: Double
    var isEdge: Bool
  }

  /// Growing gaps, and moments just before and after the ends of round windows, on the clock and since the first request
  /// that was counted: the first of all, of the first filling, and of the last one.
  ///
  /// - Parameter lastDenial: when the limit was met last, seconds.
  static func polls(of search: LimiterSearch, closedSince lastDenial: Double, _ notebook: Notebook) -> [Poll] {
    let start = notebook.now
    let end = start + notebook.configuration.recoverySeconds
    let origin = notebook.configuration.clockOrigin
    let first = notebook.log.first { search.isShared($0.cell) }?.time ?? search.firstTime
    let filling = search.lastFilling(notebook)
    var edges: Set<Double> = []
    for window in windows {
      let aligned = ((start + origin) / window).rounded(.up) * window - origin
      edges.formUnion([first + window, search.firstTime + window, aligned])
      if let filling, filling > search.firstTime + 1 { edges.insert(filling + window) }
    }
    var polls: [Poll] = []
    for edge in edges where edge > start + 0.3 && edge < end {
      polls.append(Poll(time: edge + edgeOffsets[0], isEdge: true))
    }
    var gap = 0.4
    while gap < end - lastDenial {
      let time = lastDenial + gap
      if edges.allSatisfy({ abs(time - $0) > 0.25 * gap }) { polls.append(Poll(time: time, isEdge: false)) }
      gap *= 1.7
    }
    polls.sort { $0.time < $1.time }
    // Still closed after every end of a minute: each look of ours may have put the reset off. Then only silence helps.
    let lastEnd = edges.filter { abs($0 - start) <= minute + 1 }.max() ?? start
    let silent = lastEnd + minute + 2
    if silent < end {
      polls.removeAll { $0.time > lastEnd + 1 && $0.time < silent }
      polls.append(Poll(time: silent, isEdge: true))
      polls.sort { $0.time < $1.time }
    }
    // A single request just before another poll tells nothing more.
    return polls.indices.filter { index in
      polls[index].time > start
        && (polls[index].isEdge || index + 1 == polls.count || polls[index + 1].time - polls[index].time > 0.15)
    }.map { polls[$0] }
  }
}
