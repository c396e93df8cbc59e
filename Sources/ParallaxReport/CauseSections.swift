internal import ParallaxModel

/// Why a fresh key is limited: the causes, what to do next, and in one table what the answer rests on.
struct CauseSections {
  let verdict: Verdict
  let design: Design
  let observations: [Observation]

  /// Whether the run's result is a cause and not a limiter.
  var areTheAnswer: Bool { !verdict.causes.isEmpty && verdict.limiters.isEmpty }

  var sections: [ReportDocument.Section] {
    [
      ReportDocument.Section(title: "Causes", blocks: [.table(causes)] + advice),
      ReportDocument.Section(title: "Evidence", blocks: [.table(evidence)]),
    ]
  }

  private var ranked: [Cause] { verdict.causes.sorted { $0.posterior > $1.posterior } }

  private var causes: TextTable {
    var table = TextTable([.init("cause"), .init("probability", .right), .init("because")])
    for cause in ranked {
      table.append([.init(cause.cause, .strong), .init(Numbers.percent(cause.posterior)), .init(cause.because)])
    }
    return table
  }

  /// For the cause that is decided; for each of them while several are left.
  private var advice: [ReportDocument.Block] {
    let open = verdict.status == .determined || verdict.status == .noLimitObserved ? Array(ranked.prefix(1)) : ranked
    return [.facts(open.map { (open.count == 1 ? "what to do next" : "if \($0.cause)", $0.next) })]
  }

  // MARK: Evidence

  private var evidence: TextTable {
    let asked = observations.filter { $0.reading != .void(.notSent) }
    let waits = asked.contains { $0.answer.header("retry-after") != nil }
    let names = asked.contains { $0.answer.requestName != nil }
    var columns: [TextTable.Column] = [
      .init("cell"), .init("vantage x key"), .init("changed"), .init("limited", .right), .init("asked"),
      .init("answers"),
    ]
    if waits { columns.append(.init("Retry-After")) }
    if names { columns.append(.init("a request's name")) }
    var table = TextTable(columns)
    for cell in design.cells {
      let own = asked.filter { $0.cell == cell.id }
      guard !own.isEmpty else { continue }
      let changed = cell.differs.names(further: design.dimensions).joined(separator: ", ")
      let refused = own.filter { if case .limited = $0.reading { true } else { false } }
      var row: [TextTable.Entry] = [
        .init(cell.label), .init(design.name(of: cell)), .init(changed.isEmpty ? "-" : changed),
        .init("\(refused.count)/\(own.count)", refused.isEmpty ? .good : .bad), .init(times(own)),
        .init(answers(own)),
      ]
      if waits { row.append(.init(refused.last?.answer.header("retry-after") ?? "-")) }
      if names { row.append(.init((refused.last ?? own.last)?.answer.requestName ?? "-")) }
      table.append(row)
    }
    return table
  }

  /// When the first and the last left, since the run began.
  private func times(_ observations: [Observation]) -> String {
    guard let first = observations.first, let last = observations.last else { return "-" }
    let start = Numbers.seconds((first.sent * 10).rounded() / 10)
    guard observations.count > 1 else { return start }
    return "\(start) to \(Numbers.seconds((last.sent * 10).rounded() / 10))"
  }

  /// The kinds of answers in the order in which they came first.
  private func answers(_ observations: [Observation]) -> String {
    var kinds: [String] = []
    for observation in observations {
      let kind =
        switch observation.reading {
        case .passed: observation.answer.status.map { "\($0)" } ?? "passed"
        case .limited(let signature): Self.short(signature)
        case .void: Sentences.reading(observation.reading).text
        }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds.joined(separator: ", ")
  }

  private static func short(_ signature: Signature) -> String {
    let status = signature.status.map { "\($0)" } ?? "\(signature.effect)"
    let server = signature.server.map { " \($0)" } ?? ""
    return signature.layer == .unknown ? status + server : "\(status)\(server) (\(signature.layer.name))"
  }
}
