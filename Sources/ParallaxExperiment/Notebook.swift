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
  /// Requests that left too late for their order to be trusted.
  private(set) var outOfOrder = 0
  private(set) var lostVantages: Set<Int> = []
  private(set) var controlGap: Double
  /// Seconds from asking for a schedule to its first arrival.
  private(set) var armDelay: Double
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
  private var queue = QueueGauge()
  private var hasWaited = true

  init(design: Design, configuration: ExperimentConfiguration) {
    self.design = design
    self.configuration = configuration
    random = SplitMix64(seed: configuration.seed)
    controlGap = configuration.controlGap
    armDelay = configuration.controlGap / 2
  }

  // MARK: Taking in

  mutating func take(_ report: Report) {
    lostVantages.formUnion(report.lostVantages)
    charge(report.unknown)
    take(report.samples, ramp: report.ramp, at: report.now)
  }

  mutating func take(_ samples: [Sample], ramp: RampOutcome?, at time: Double) {
    let before = log.last?.time
    let asked = now
    now = time
    self.ramp = ramp
    fresh = []
    for sample in samples where sample.reading != .void(.notSent) {
      requests += 1
      startTime = startTime ?? sample.sent
      bounds[vantage(of: sample.cell)] = max(bounds[vantage(of: sample.cell)] ?? 0, sample.bound)
      fresh.append(annotated(sample))
    }
    if ramp == nil { fresh = PlannedOrder.marked(fresh) { vantage(of: $0) } }
    outOfOrder += fresh.count(where: \.isOutOfOrder)
    log += fresh
    if let first = fresh.first?.time {
      if asked > 0, ramp == nil { armDelay = 0.5 * armDelay + 0.5 * min(2, max(0, first - asked)) }
      if let before, !hasWaited { controlGap = 0.5 * controlGap + 0.5 * min(2, max(0, first - before)) }
      hasWaited = false
    } else {
      hasWaited = true
    }
  }

  /// An interruption: what it left behind is written down without being the answer to anything.
  mutating func takeInterruption(_ resumption: Resumption, samples: [Sample]) {
    now = resumption.now
    charge(resumption.unknown)
    startTime = startTime.map { $0 + resumption.idle }
    for sample in samples where sample.reading != .void(.notSent) {
      requests += 1
      startTime = startTime ?? sample.sent
      log.append(annotated(sample))
    }
    hasWaited = true
  }

  /// Counts them against the budget; they say nothing.
  mutating func charge(_ unknown: [UnknownRequests]) { requests += unknown.total }

  private mutating func annotated(_ sample: Sample) -> Entry {
    var entry = Entry(sample: sample)
    guard sample.reading == .passed, !restLatency.isEmpty else { return entry }
    if sample.cell == exhaustedCell {
      queue.take(excess: excess(sample), at: sample.time)
    } else {
      entry.queueAhead = queue.ahead(at: sample.time)
    }
    return entry
  }

  /// Requests per second that a queue lets through, as far as the exhausted cell's delays tell.
  var queueRate: Double { queue.rate }

  /// Latencies at rest, from triage: the lower quartile of each vantage, so that a cold connection or a queue that
  /// triage itself built does not count. What is known already only falls: who waited in a queue was not at rest.
  mutating func setRestLatencies(from entries: [Entry]) {
    for vantage in design.vantages.indices {
      let passed = entries.filter { $0.sample.reading == .passed && self.vantage(of: $0.cell) == vantage }
      let sorted = passed.map(\.sample.latency).sorted()
      if !sorted.isEmpty {
        restLatency[vantage] = min(restLatency[vantage] ?? .infinity, sorted[(sorted.count - 1) / 4])
      }
    }
  }

  /// A notebook for the same run seen from another cell, with what is known of latencies and budget.
  func mirrored(_ rebasing: Rebasing, threshold: Double) -> Notebook {
    var configuration = configuration
    configuration.threshold = threshold
    var mirror = Notebook(design: rebasing.design, configuration: configuration)
    mirror.random = random
    mirror.now = now
    mirror.requests = requests
    mirror.lostVantages = lostVantages
    mirror.controlGap = controlGap
    mirror.armDelay = armDelay
    mirror.isQueue = isQueue
    mirror.queue = queue
    mirror.dropEffects = dropEffects
    mirror.startTime = startTime
    mirror.restLatency = restLatency
    mirror.bounds = bounds
    return mirror
  }

  // MARK: Reading

  /// Seconds since 1970 at the zero of this notebook's clock; nil while the clock cannot be a calendar's.
  var unixTimeAtZero: Double? { now + configuration.clockOrigin > 1e9 ? configuration.clockOrigin : nil }

  /// When the next full minute, or whatever time has so many seconds, begins on the calendar after a time of this clock;
  /// nil while the calendar is unknown.
  func nextFull(_ seconds: Double, after time: Double) -> Double? {
    unixTimeAtZero.map { (((time + $0) / seconds).rounded(.down) + 1) * seconds - $0 }
  }

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
      guard let ahead = entry.queueAhead, ahead >= QueueGauge.least else { return nil }
      return QueueGauge.isBehind(excess: excess(entry.sample), ahead: ahead)
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

  /// What it says about scopes; nothing if it came too late, since probes are read in the order in which they were
  /// planned. Fits go by the times at which requests left, and need no order.
  func trial(_ entry: Entry, by signature: Signature?) -> Trial? {
    if entry.isOutOfOrder { return nil }
    return denied(entry, by: signature).map { Trial(time: entry.time, cell: entry.cell, limited: $0) }
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
  func spaced(_ cells: [Int], from start: Double = 0, gap: Double? = nil, isDense: Bool = false) -> [Schedule.Item] {
    let least = Double(cells.count) <= configuration.budget.rate ? 0 : 1 / configuration.budget.rate
    var offset = start
    var previous: Int?
    return cells.map { cell in
      if let previous { offset += max(least, gap ?? spacing(from: previous, to: cell, isDense: isDense)) }
      previous = cell
      return Schedule.Item(offset: offset, cell: cell)
    }
  }

  private func spacing(from first: Int, to second: Int, isDense: Bool) -> Double {
    let vantages = (vantage(of: first), vantage(of: second))
    if vantages.0 == vantages.1 { return configuration.sameHost }
    let bound = (bounds[vantages.0] ?? 0) + (bounds[vantages.1] ?? 0)
    // Where tokens come back, every millisecond counts more than the order of neighbours; a queue shortens by half a
    // request in the time allowed here.
    let dense = isQueue ? min(0.5 / queueRate, 1.2 * bound) : min(0.02, 0.25 * bound)
    return max(configuration.acrossHosts, isDense ? min(0.1, dense) : min(0.1, 1.2 * bound))
  }
}
