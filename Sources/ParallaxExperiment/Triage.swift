internal import ParallaxInference
internal import ParallaxModel

/// One request per cell, before any load: what is limited already, and how long answers take at rest. The first from
/// every vantage come alone, so that the others are spaced by what an answer takes and never meet in flight. A limited
/// or lost one is asked once more.
struct Triage: Sendable {
  /// Least and most seconds between the requests.
  static let spacing = (least: 0.03, most: 1.5)
  /// Seconds of rest after it, so that a fast bucket is full again.
  static let rest = 2.0

  enum Position { case start, first, others, again, resting }

  private var position = Position.start
  private(set) var posterior: ScopePosterior
  /// By cell, every reading that says something.
  private(set) var readings: [[Reading]]

  init(lattice: Lattice) {
    posterior = ScopePosterior(lattice: lattice)
    readings = Array(repeating: [], count: lattice.design.cells.count)
  }

  var referenceIsLimited: Bool {
    let limited = readings[0].count { $0 != .passed }
    return limited > readings[0].count - limited
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Void> {
    switch position {
    case .start:
      position = .first
      return ask(firsts(notebook.design), notebook, label: "one request per cell")
    case .first:
      record(&notebook)
      let first = Set(firsts(notebook.design))
      let isLimited = referenceIsLimited
      let others = notebook.design.cells.map(\.id).filter {
        !first.contains($0) && (isLimited ? notebook.isReachable($0) : notebook.isUsable($0))
      }
      guard !others.isEmpty else { return askAgain(notebook) }
      position = .others
      return ask(others, notebook, label: "one request per cell")
    case .others:
      record(&notebook)
      return askAgain(notebook)
    case .again:
      record(&notebook)
      return referenceIsLimited ? .done(()) : rest()
    case .resting:
      return .done(())
    }
  }

  /// The first cell of every vantage.
  private func firsts(_ design: Design) -> [Int] {
    var seen: Set<Int> = []
    return design.cells.filter { !$0.isControl && seen.insert($0.vantage).inserted }.map(\.id)
  }

  /// A limited reference is another stage's task.
  private mutating func askAgain(_ notebook: Notebook) -> Move<Void> {
    if notebook.configuration.triageOnly || referenceIsLimited { return .done(()) }
    let again = notebook.design.cells.map(\.id).filter { notebook.isUsable($0) && readings[$0] != [.passed] }
    guard !again.isEmpty else { return rest() }
    position = .again
    return ask(again, notebook, label: "once more where it was limited or lost")
  }

  private mutating func rest() -> Move<Void> {
    position = .resting
    return .perform(.wait(seconds: Self.rest, reason: "let the buckets fill up again"), label: "rest")
  }

  private func ask(_ cells: [Int], _ notebook: Notebook, label: String) -> Move<Void> {
    let answer = notebook.log.map(\.sample.latency).max() ?? 0
    let gap = max(min(1.3 * answer, Self.spacing.most), Self.spacing.least, 1 / notebook.configuration.budget.rate)
    return .perform(
      .schedule(Schedule(stage: .triage, items: notebook.spaced(cells, gap: gap))), label: label)
  }

  private mutating func record(_ notebook: inout Notebook) {
    notebook.setRestLatencies(from: notebook.fresh)
    for entry in notebook.fresh {
      switch entry.sample.reading {
      case .void: continue
      case .passed, .limited: readings[entry.cell].append(entry.sample.reading)
      }
      guard !notebook.design.cells[entry.cell].isControl else { continue }
      posterior.addIdle(Trial(time: entry.time, cell: entry.cell, limited: entry.sample.reading != .passed))
    }
  }
}
