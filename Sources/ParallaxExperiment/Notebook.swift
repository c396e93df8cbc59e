internal import ParallaxInference
internal import ParallaxModel

/// What every stage of an experiment knows and writes down: the log, the clock, the budget, latencies at rest.
struct Notebook: Sendable {
  let design: Design
  let configuration: ExperimentConfiguration
  var random: SplitMix64
  private(set) var log: [Entry] = []
  /// The entries of the last directive, sorted by time, and the outcome of its ramp.
  private(set) var fresh: [Entry] = []
  private(set) var ramp: RampOutcome?
  /// The controller's clock, seconds.
  private(set) var now = 0.0
  private(set) var requests = 0
  private(set) var lostVantages: Set<Int> = []
  private(set) var controlGap: Double
  /// The cell that is or was exhausted last: probes are compared with it.
  var exhaustedCell = 0
  /// The limiter delays: probes are judged by the queue they meet.
  var isQueue = false
  /// Losses of these kinds are refusals: the limiter drops or resets.
  var dropEffects: [Reading.VoidReason: Signature.Effect] = [:]
  /// Refusals that only an earlier limiter makes: with them a request did not get as far as the one in question.
  var passSignature: Signature?
  private var startTime: Double?
  private var restLatency: [Int: Double] = [:]
  private var bounds: [Int: Double] = [:]
  private var lastQueue: (excess: Double, time: Double)?
  private var hasWaited = true

  init(design: Design, configuration: ExperimentConfiguration) {
    self.design = design
    self.configuration = configuration
    random = SplitMix64(seed: configuration.seed)
    controlGap = configuration.controlGap
  }

  // MARK: Taking in

  mutating func take(_ report: Report) {
    let before = log.last?.time
    now = report.now
    ramp = report.ramp
    lostVantages.formUnion(report.lostVantages)
    fresh = []
    for sample in report.samples where sample.reading != .void(.notSent) {
      requests += 1
      startTime = startTime ?? sample.sent
      bounds[vantage(of: sample.cell)] = max(bounds[vantage(of: sample.cell)] ?? 0, sample.bound)
      fresh.append(annotated(sample))
    }
    log += fresh
    if let first = fresh.first?.time {
      if let before, !hasWaited { controlGap = 0.5 * controlGap + 0.5 * min(2, max(0, first - before)) }
      hasWaited = false
    } else {
      hasWaited = true
    }
  }

  private mutating func annotated(_ sample: Sample) -> Entry {
    var entry = Entry(sample: sample)
    guard sample.reading == .passed, !restLatency.isEmpty else { return entry }
    if sample.cell == exhaustedCell {
      lastQueue = (excess(sample), sample.time)
    } else if let lastQueue {
      entry.queueAhead = lastQueue.excess - (sample.time - lastQueue.time)
    }
    return entry
  }

  /// Latencies at rest, from triage: the lower quartile of each vantage, so that a cold connection or a queue that
  /// triage itself built does not count.
  mutating func setRestLatencies(from entries: [Entry]) {
    for vantage in design.vantages.indices {
      let passed = entries.filter { $0.sample.reading == .passed && self.vantage(of: $0.cell) == vantage }
      let sorted = passed.map(\.sample.latency).sorted()
      if !sorted.isEmpty { restLatency[vantage] = sorted[(sorted.count - 1) / 4] }
    }
  }

  // MARK: Reading

  func vantage(of cell: Int) -> Int { design.cells[cell].vantage }

  func restLatency(of cell: Int) -> Double {
    restLatency[vantage(of: cell)] ?? (restLatency.values.max() ?? 0.2)
  }

  /// Above this a passed request was held in a queue.
  func delayThreshold(of cell: Int) -> Double {
    let rest = restLatency(of: cell)
    return rest + max(0.15, 1.5 * rest)
  }

  func excess(_ sample: Sample) -> Double { sample.latency - restLatency(of: sample.cell) }

  /// The reading with delays and, where the limiter drops, losses taken as refusals.
  func reading(_ entry: Entry) -> Reading {
    switch entry.sample.reading {
    case .passed where !restLatency.isEmpty && entry.sample.latency > delayThreshold(of: entry.cell):
      return .limited(Signature(effect: .delay))
    case .void(let reason):
      guard let effect = dropEffects[reason] else { return entry.sample.reading }
      return .limited(Signature(effect: effect))
    default: return entry.sample.reading
    }
  }

  func isDelay(_ entry: Entry) -> Bool { reading(entry) == .limited(Signature(effect: .delay)) }

  /// Whether the limiter with this signature denied it; nil when the outcome says nothing about that limiter.
  func denied(_ entry: Entry, by signature: Signature?) -> Bool? {
    if isQueue, entry.cell != exhaustedCell, entry.sample.reading == .passed {
      // Shared means queued behind what the exhausted cell had queued; a short queue tells nothing.
      guard let ahead = entry.queueAhead, ahead >= 0.15 else { return nil }
      return excess(entry.sample) >= 0.6 * ahead
    }
    switch reading(entry) {
    case .void: return nil
    case .passed: return false
    case .limited(let seen):
      if seen.effect == .delay { return isQueue }
      guard let signature, seen != signature, signature.effect != .delay else { return true }
      return seen == passSignature ? false : nil
    }
  }

  func trial(_ entry: Entry, by signature: Signature?) -> Trial? {
    denied(entry, by: signature).map { Trial(time: entry.time, cell: entry.cell, limited: $0) }
  }

  // MARK: Budget

  var requestsLeft: Int { configuration.budget.requests - requests }

  var secondsLeft: Double { configuration.budget.duration - (now - (startTime ?? now)) }

  /// Cells whose vantage still works.
  func isReachable(_ cell: Int) -> Bool { !lostVantages.contains(vantage(of: cell)) }

  /// Cells that can be probed for a scope.
  func isUsable(_ cell: Int) -> Bool { isReachable(cell) && !design.cells[cell].isControl }

  // MARK: Planning

  /// Arrivals as close together as order allows: closer on one host than across hosts, whose clocks differ. No more
  /// than the budget's rate in any second.
  func spaced(_ cells: [Int], from start: Double = 0, gap: Double? = nil) -> [Schedule.Item] {
    let least = Double(cells.count) <= configuration.budget.rate ? 0 : 1 / configuration.budget.rate
    var offset = start
    var previous: Int?
    return cells.map { cell in
      if let previous { offset += max(least, gap ?? spacing(from: previous, to: cell)) }
      previous = cell
      return Schedule.Item(offset: offset, cell: cell)
    }
  }

  private func spacing(from first: Int, to second: Int) -> Double {
    let vantages = (vantage(of: first), vantage(of: second))
    if vantages.0 == vantages.1 { return configuration.sameHost }
    let bound = (bounds[vantages.0] ?? 0) + (bounds[vantages.1] ?? 0)
    return max(configuration.acrossHosts, min(0.1, 1.2 * bound))
  }
}
