internal import ParallaxModel

/// What the first limiter did to every cell in two runs, and what it let through before it refused.
struct CellComparison {
  let baseline: MeasuredRun
  let other: MeasuredRun
  let ground: Ground

  private typealias Item = RunComparison.Item
  /// Requests by which a capacity may differ though nothing changed: triage spends some, and neighbours overtake.
  private static let slack = 2

  init(_ baseline: MeasuredRun, _ other: MeasuredRun, _ ground: Ground) {
    self.baseline = baseline
    self.other = other
    self.ground = ground
  }

  var items: [RunComparison.Item] {
    var items = [capacity].compactMap { $0 }
    let names = [baseline, other].map { run in
      run.design.cells.dropFirst().filter { !$0.isControl }.map { run.design.name(of: $0) }
    }
    for name in names[0] + names[1].filter({ !names[0].contains($0) }) {
      items.append(cell(name, isInBoth: names[0].contains(name) && names[1].contains(name)))
    }
    return items
  }

  private func cell(_ name: String, isInBoth: Bool) -> Item {
    let evidence = [baseline, other].map { run in run.verdict?.limiters.first?.evidence.last { $0.cell == name } }
    let texts = evidence.map { item in
      item.map { $0.relation == .unknown ? "unknown" : "\($0.relation.rawValue) (\(Shown.percent($0.posterior)))" }
        ?? "-"
    }
    func item(_ outcome: RunComparison.Outcome, _ because: String, p: Double? = nil) -> Item {
      Item(subject: "cell \(name)", outcome: outcome, before: texts[0], after: texts[1], because: because, p: p)
    }
    guard isInBoth else { return item(.incomparable, absence(of: name)) }
    guard ground.isSamePlan else { return item(.incomparable, "the plans differ") }
    guard let first = evidence[0], let second = evidence[1], first.relation != .unknown, second.relation != .unknown
    else { return item(.incomparable, "not decided in both") }
    if first.relation == second.relation { return item(.same, "the same") }
    let sure = first.posterior * second.posterior
    return item(.changed, "both are right with probability \(Shown.percent(sure))", p: 1 - sure)
  }

  private func absence(of name: String) -> String {
    let lost = ground.lost.first { name.hasPrefix($0.vantage + " x ") }
    return lost.map { "\($0.vantage) took no part in \($0.run)" } ?? "only one of the runs has this cell"
  }

  private var capacity: Item? {
    let counts = [baseline, other].map { run in
      BucketHistory(run).flatMap { history in history.drained.map { history.requests[..<$0].count(where: \.admitted) } }
    }
    guard let first = counts[0], let second = counts[1] else { return nil }
    let noise = Self.slack + first / 20
    let isSame = abs(first - second) <= noise
    return Item(
      subject: "let through before the first refusal", outcome: isSame ? .same : .changed, before: "\(first)",
      after: "\(second)", because: "difference \(second - first); up to \(noise) is noise")
  }
}
