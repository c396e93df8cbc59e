internal import ParallaxInference
internal import ParallaxModel

/// How long the prefix is by which a limiter counts addresses, once it is known to be keyed on them: is a vantage
/// limited together with the reference whose address begins with the same bits?
///
/// With a common prefix of L bits, *shared* means that at most L bits count, *separate* that more do.
struct Neighbours: Sendable {
  /// What a neighbour's relation must reach.
  static let threshold = 0.95

  private struct Current: Sendable {
    var search: LimiterSearch
    var view: Rebasing
    var mirror: Notebook
    var common: Int
  }

  private let first: LimiterSearch
  /// Cells with the bits that their addresses share with the reference's, fewest first.
  private var left: [(cell: Int, common: Int)]
  private var current: Current?
  /// More bits than `low` count, and at most `high`.
  private var low: Int
  private var high: Int
  private var isLearned = false

  /// nil when the scope does not hold addresses, or no vantage is a neighbour of the reference's.
  init?(after search: LimiterSearch, _ scopes: [DimensionSet], _ notebook: Notebook) {
    let design = notebook.design
    let cells = design.cells.filter { $0.isNeighbour && notebook.isReachable($0.id) }
    guard scopes.contains(where: { $0.contains(.ip) }), !cells.isEmpty, search.concurrency == nil, !notebook.isQueue,
      let address = design.vantages[design.reference.vantage].address
    else { return nil }
    first = search
    left = cells.map { ($0.id, design.commonPrefix(of: $0)) }.sorted { $0.common < $1.common }
    low = design.cells.first { $0.differs == .ip && !$0.isNeighbour }.map { design.commonPrefix(of: $0) } ?? 0
    high = address.length
  }

  /// Done with the prefix as text, such as `/24`, or `/25 to /32` where that is all that is known; nil when no
  /// neighbour's relation became clear.
  mutating func next(_ notebook: inout Notebook) -> Move<String?> {
    if var current {
      current.mirror.take(notebook.fresh.map { current.view.rebased($0.sample) }, ramp: notebook.ramp, at: notebook.now)
      if let move = go(on: current) { return move }
    }
    while let (cell, common) = left.popLast() {
      let view = Rebasing(notebook.design, only: [0, cell])
      let next = Current(
        search: first.continued(in: view.design), view: view,
        mirror: notebook.mirrored(view, threshold: Self.threshold), common: common)
      if let move = go(on: next) { return move }
    }
    return .done(text)
  }

  /// nil when this neighbour has told what it can.
  private mutating func go(on next: Current) -> Move<String?>? {
    var next = next
    let move = next.search.next(&next.mirror)
    guard case .perform(let directive, _) = move else {
      current = nil
      let shared = next.search.estimate.shared(1)
      if shared >= Self.threshold { high = min(high, next.common) }
      if shared <= 1 - Self.threshold { low = max(low, next.common) }
      isLearned = isLearned || max(shared, 1 - shared) >= Self.threshold
      return nil
    }
    current = next
    return .perform(next.view.original(directive, stage: .recover), label: "does a neighbouring address share it?")
  }

  private var text: String? {
    guard isLearned, low < high else { return nil }
    return high == low + 1 ? "/\(high)" : "/\(low + 1) to /\(high)"
  }
}

extension LimiterSearch {
  /// The search that ended just now, gone on with for another question about the same drained bucket.
  func continued(in design: Design) -> LimiterSearch {
    var search = rewound()
    search.posterior = ScopePosterior(lattice: Lattice(design: design))
    search.posterior.exhausted = posterior.exhausted
    search.needsExhausting = false
    search.lead = max(1, lead)
    search.updateEstimate()
    return search
  }
}

extension Vantage {
  /// Where it sends from, if the inventory says so.
  var address: AddressBits? { sourceAddress.flatMap { AddressBits($0) } }
}

extension Design {
  /// How many leading bits the cell's address shares with the reference's; 0 when either is unknown.
  func commonPrefix(of cell: Cell) -> Int {
    guard let own = vantages[cell.vantage].address, let other = vantages[reference.vantage].address else { return 0 }
    return own.commonPrefix(with: other) ?? 0
  }
}
