internal import ParallaxAnalysis
internal import ParallaxModel

/// Puts a verdict and what it rests on into a document.
struct VerdictDocument {
  let verdict: Verdict
  let run: MeasuredRun

  private var design: Design { run.design }

  func document() -> ReportDocument {
    var explanation = verdict.limiters.map(Sentences.meaning)
    if let inconclusive = verdict.inconclusive {
      if verdict.status != .inconclusive { explanation.append("\(inconclusive.because).") }
      explanation.append("To settle it: \(inconclusive.toSettle).")
    }
    var sections: [ReportDocument.Section] = []
    let cause = CauseSections(verdict: verdict, design: design, observations: run.observations)
    if cause.areTheAnswer {
      sections += cause.sections
    } else {
      sections.append(ReportDocument.Section(title: "Cells", blocks: [.table(cells())]))
    }
    for (index, limiter) in verdict.limiters.enumerated() {
      let title = verdict.limiters.count == 1 ? "Limiter" : "Limiter \(index + 1)"
      var blocks: [ReportDocument.Block] = [.facts(facts(of: limiter))]
      if index > 0 { blocks.append(.table(evidence(of: limiter))) }
      sections.append(ReportDocument.Section(title: title, blocks: blocks))
    }
    if !verdict.notes.isEmpty {
      sections.append(ReportDocument.Section(title: "Noticed", blocks: [.list(verdict.notes)]))
    }
    if !design.gaps.isEmpty {
      sections.append(
        ReportDocument.Section(
          title: "Not varied",
          blocks: [.list(design.gaps.map { "\($0.dimension): \($0.because). To vary it: \($0.toSettle)." })]))
    }
    sections.append(
      ReportDocument.Section(
        title: "Run", blocks: [.facts(runFacts), .list(QualityNotes(run: run).notes)]))
    return ReportDocument(headline: Sentences.headline(verdict), explanation: explanation, sections: sections)
  }

  // MARK: Tables

  /// Every cell with what the first limiter did to it.
  func cells() -> TextTable {
    let cells = design.cells.filter { !$0.isControl }
    // What the first requests met is worth its room only where it was something.
    let haveAllPassed = cells.allSatisfy { ["passed", "-"].contains(triage($0).text) }
    var table = TextTable([
      .init("cell"), .init("vantage x key"), .init("account", isOptional: true), .init("changed"),
      .init("triage", isOptional: haveAllPassed), .init("limited", .right), .init("controls"), .init("bucket"),
      .init("probability", .right),
    ])
    let evidence = verdict.limiters.first?.evidence ?? []
    for cell in cells {
      let name = design.name(of: cell)
      let changed = cell.differs.names(further: design.dimensions).joined(separator: ", ")
      let own = evidence.last { $0.cell == name || $0.cell == cell.label }
      table.append(
        [
          .init(cell.label), .init(name), .init(cell.account), .init(changed.isEmpty ? "-" : changed), triage(cell),
        ] + outcome(own, isReference: cell.differs.isEmpty))
    }
    return table
  }

  private func outcome(_ evidence: Evidence?, isReference: Bool) -> [TextTable.Entry] {
    guard let evidence else {
      return ["-", "-", .init(isReference ? "reference" : "-", .faint), "-"]
    }
    guard evidence.sent > 0 else { return ["-", "-", .init("not probed", .faint), "-"] }
    let style: TextStyle =
      switch evidence.relation {
      case .shared: .notable
      case .separate: .good
      case .unknown: .faint
      }
    return [
      .init("\(evidence.limited)/\(evidence.sent)"), .init(evidence.control), .init(evidence.relation.rawValue, style),
      .init(Numbers.percent(evidence.posterior)),
    ]
  }

  private func triage(_ cell: Cell) -> TextTable.Entry {
    let readings = run.observations.filter { $0.cell == cell.id && $0.stage == .triage }.map(\.reading)
    guard let last = readings.last else { return "-" }
    let texts = readings.map { Sentences.reading($0).text }
    return .init(texts.joined(separator: ", then "), Sentences.reading(last).style)
  }

  func evidence(of limiter: Limiter) -> TextTable {
    var table = TextTable([
      .init("changed"), .init("cell"), .init("limited", .right), .init("controls"), .init("bucket"),
      .init("probability", .right),
    ])
    for item in limiter.evidence {
      table.append([.init(item.contrast), .init(item.cell)] + outcome(item, isReference: false))
    }
    return table
  }

  // MARK: Facts

  func facts(of limiter: Limiter) -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = [
      ("keyed on", "\(Sentences.scope(limiter.scope)), \(Numbers.percent(limiter.posterior))")
    ]
    if let limit = limiter.limit {
      let window = limiter.window.map { " per \(Numbers.estimate($0, Numbers.seconds))" } ?? ""
      facts.append(("limit", Numbers.estimate(limit) + window))
    } else if let window = limiter.window {
      facts.append(("window", Numbers.estimate(window, Numbers.seconds)))
    }
    if let burst = limiter.burst { facts.append(("burst", Numbers.estimate(burst))) }
    if limiter.algorithm.name != .unknown {
      let posterior = Numbers.percent(limiter.algorithm.posterior)
      facts.append(("algorithm", "\(Sentences.algorithm(limiter.algorithm.name)), \(posterior)"))
    }
    if let counts = limiter.countsRejected {
      facts.append(("refused requests", counts ? "count too: asking on while limited prolongs it" : "do not count"))
    }
    if let prefix = limiter.prefix { facts.append(("addresses count by", prefix)) }
    if let declared = limiter.declared { facts.append(("declared", text(of: declared))) }
    facts.append(("looks like", Sentences.signature(limiter.signature)))
    for alternative in limiter.alternatives { facts.append(("could also be", alternative)) }
    return facts
  }

  private func text(of declared: Limiter.Declared) -> String {
    let limit = declared.limit.map { Numbers.plain($0, digits: 6) } ?? "a limit"
    let window = declared.window.map { " per \(Numbers.seconds($0))" } ?? ""
    return switch declared.agrees {
    case true?: "\(limit)\(window), as measured"
    case false?: "\(limit)\(window), which is not what was measured"
    case nil: "\(limit)\(window), not checked"
    }
  }

  private var runFacts: [(name: String, value: String)] {
    [
      ("run", verdict.run),
      ("plan", verdict.planDigest),
      ("sent", "\(Numbers.counted(verdict.requestsSent, "request")) in \(Numbers.seconds(verdict.duration))"),
    ]
  }
}
