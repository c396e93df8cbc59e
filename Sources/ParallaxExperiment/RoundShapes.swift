internal import ParallaxInference
internal import ParallaxModel

extension LimiterSearch {
  /// Sends a plan in the shape that the limiter asks for.
  mutating func schedule(_ plan: RoundPlan, _ notebook: Notebook) -> Move<Void> {
    if let pace { return pacedRound(plan, pace, notebook) }
    if let concurrency { return concurrentRound(plan, filling: concurrency, notebook) }
    if notebook.isQueue { return queuedRound(plan, notebook) }
    let lead = posterior.segments.isEmpty ? max(1, lead) : lead
    return perform(
      notebook.spaced(plan.sequence(draining: 0, lead: lead, betweenGroups: isDense), isDense: isDense),
      lead: lead)
  }

  /// A queue is filled until what lies ahead shows clearly; then every probe stands behind it, or does not.
  ///
  /// The reference keeps up what goes by meanwhile: after every second probe, and where a short queue refuses the rest,
  /// after each.
  private mutating func queuedRound(_ plan: RoundPlan, _ notebook: Notebook) -> Move<Void> {
    let size = isDense ? 1 : 2
    let opening = max(3, min(8, Int((QueueGauge.clear * notebook.queueRate).rounded(.up)) + 1 + size))
    let probes = plan.probes
    let groups = stride(from: 0, to: probes.count, by: size).map {
      Array(probes[$0..<min(probes.count, $0 + size)])
    }
    let sequence = RoundPlan(controls: plan.controls, groups: groups).sequence(
      draining: 0, lead: opening, betweenGroups: true)
    return perform(notebook.spaced(sequence, isDense: true), lead: opening)
  }

  /// Fills the limit at once, then probes while it is full, with a control after every three. The probes may share a limit
  /// of their own: there must be no more of them at once than it lets in.
  private mutating func concurrentRound(
    _ plan: RoundPlan, filling count: Int, _ notebook: Notebook
  ) -> Move<Void> {
    let cells = Array(plan.probes.prefix(max(1, count)))
    let controls = Array(plan.controls.prefix(max(0, count - cells.count)))
    var sequence = controls + Array(repeating: 0, count: count + 2)
    for (index, cell) in cells.enumerated() {
      sequence.append(cell)
      if index % 3 == 2 || index == cells.count - 1 { sequence.append(0) }
    }
    return perform(notebook.spaced(sequence), lead: count + 2)
  }

  private mutating func perform(_ items: [Schedule.Item], lead: Int) -> Move<Void> {
    position = .probing(lead: lead)
    return .perform(.schedule(Schedule(stage: stage ?? .probe, items: items)), label: "round \(rounds)")
  }

  /// Under a faster limiter: rest until it is full, then the controls, and a burst inside its allowance.
  private mutating func pacedRound(_ plan: RoundPlan, _ pace: Pace, _ notebook: Notebook) -> Move<Void> {
    let cells = plan.probes
    let rest = min(25, 0.75 * Double(pace.burst) * pace.gap)
    var items: [Schedule.Item]
    var opening = 1
    if isDense {
      let isRefill = (estimate.family[.refill] ?? 0) > 0.5 && !posterior.segments.isEmpty
      let rate = isRefill ? min(estimate.refillRate, 0.85 / pace.gap) : 0.45 / pace.gap
      let regained = (rate * (rest + notebook.controlGap) / max(0.15, 1 - rate * pace.gap)).rounded(.up)
      opening = Int(min(36, regained + 2 + Double(pacedLead)))
      let first = plan.controls + Array(repeating: 0, count: opening)
      items = first.enumerated().map { Schedule.Item(offset: Double($0.offset) * pace.gap, cell: $0.element) }
      let probes = cells.prefix(max(1, (pace.burst - 1) / 2)).flatMap { [$0, 0] }
      items += notebook.spaced(probes, from: items[items.count - 1].offset + notebook.configuration.acrossHosts)
    } else {
      items = notebook.spaced([0] + cells.prefix(max(1, pace.burst - 2)) + [0])
    }
    position = .awaitingRound(items, lead: opening)
    return .perform(.wait(seconds: rest, reason: "let the faster limiter fill up"), label: "rest")
  }
}
