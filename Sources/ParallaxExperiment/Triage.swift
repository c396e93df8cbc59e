internal import ParallaxInference
internal import ParallaxModel

/// One request per cell, spaced, before any load: what is limited already, and how long answers take at rest. A
/// limited or lost one is asked once more.
struct Triage: Sendable {
  /// Seconds between the requests.
  static let spacing = 0.03
  /// Seconds of rest after it, so that a fast bucket is full again.
  static let rest = 2.0

  enum Position { case start, first, again, resting }

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
      return ask(notebook.design.cells.map(\.id), notebook, label: "one request per cell")
    case .first:
      notebook.setRestLatencies(from: notebook.fresh)
      record(notebook)
      if notebook.configuration.triageOnly || referenceIsLimited { return .done(()) }
      let again = notebook.design.cells.map(\.id).filter { cell in
        notebook.isUsable(cell) && readings[cell] != [.passed]
      }
      guard !again.isEmpty else { return rest() }
      position = .again
      return ask(again, notebook, label: "once more where it was limited or lost")
    case .again:
      record(notebook)
      return referenceIsLimited ? .done(()) : rest()
    case .resting:
      return .done(())
    }
  }

  private mutating func rest() -> Move<Void> {
    position = .resting
    return .perform(.wait(seconds: Self.rest, reason: "let the buckets fill up again"), label: "rest")
  }

  private func ask(_ cells: [Int], _ notebook: Notebook, label: String) -> Move<Void> {
    let gap = max(Self.spacing, 1 / notebook.configuration.budget.rate)
    return .perform(
      .schedule(Schedule(stage: .triage, items: notebook.spaced(cells, gap: gap))), label: label)
  }

  private mutating func record(_ notebook: Notebook) {
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
