internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSignals
internal import ParallaxWire

/// Performs the experiment's directives on real agents, within the budget, and remembers every request.
///
/// Arrivals are planned, not commands: each agent sends so that its request meets the target at the agreed instant,
/// by its clock offset and half its round trip. The way from here to the agents is paid once per schedule.
actor FleetInstrument {
  /// What is added to the longest way to an agent before the first request of a schedule, nanoseconds.
  private static let margin = 3e6
  /// Seconds granted beyond the expected end before a silent agent counts as lost.
  private static let patience = 8.0

  /// Seconds between looks at what the agents have sent so far: so much of it a crash can lose.
  private static let recordingInterval = 0.1

  private let design: Design
  private let plan: RequestPlan
  private let links: [String: AgentLink]
  private let classifier: Classifier
  private let recorder: any RunRecorder
  private let clock: RunClock

  private var book: ObservationBook
  /// Requests of interruptions and of lost agents whose fate is unknown: charged, never sent again.
  private(set) var unknown: Int
  /// Those of the present directive.
  private var freshUnknown: [UnknownRequests] = []
  /// Seconds in which the run was interrupted, which do not count against the budget's duration.
  private let idle: Double
  private var lost: Set<Int>
  private var stopReason: String?
  private var recordingFailure: ParallaxError?
  private var isWaiting = false
  /// What happened to lost vantages, for the verdict's reader.
  private(set) var losses: [ParallaxError] = []

  /// `links` are by host. A run that goes on hands over its clock, what it had seen, and what its interruptions cost.
  init(
    design: Design, plan: RequestPlan, links: [String: AgentLink], recorder: any RunRecorder, clock: RunClock,
    book: ObservationBook? = nil, unknown: Int = 0, idle: Double = 0, lost: Set<Int> = []
  ) {
    self.design = design
    self.plan = plan
    self.links = links
    self.recorder = recorder
    self.clock = clock
    self.book = book ?? ObservationBook(design: design, clockOrigin: clock.origin)
    self.unknown = unknown
    self.idle = idle
    self.lost = lost
    classifier = Classifier(rules: plan.limitedWhen)
  }

  var observations: [Observation] { book.observations }
  var sent: Int { book.sent }
  /// Seconds since the run began, the clock of all reports.
  var now: Double { clock.now }
  var remaining: Int { max(0, plan.budget.requests - sent - unknown) }
  /// Seconds that the budget still allows.
  private var secondsLeft: Double { plan.budget.duration + idle - now }

  /// Ends the load at once; what is being performed returns with what it has.
  func stop(because reason: String) async {
    guard stopReason == nil else { return }
    stopReason = reason
    await withTaskGroup(of: Void.self) { group in
      for link in links.values { group.addTask { await link.abort(reason: reason) } }
    }
  }

  /// From now on, an agent that stops by a rule of the plan stops all others too.
  func obeyStopRules() async {
    for (host, link) in links {
      await link.whenStopped { [weak self] reason in
        Task { await self?.stop(because: "\(host) stopped the run: \(reason)") }
      }
    }
  }

  /// Ends the present wait; false when there is none.
  func skipWait() -> Bool {
    defer { isWaiting = false }
    return isWaiting
  }

  /// Carries it out. What it will do and what came of it are kept on the way.
  func perform(_ directive: Directive) async throws -> Report {
    if stopReason == nil, secondsLeft < 0 {
      stopReason = "the budget's duration of \(Int(plan.budget.duration)) s is over"
    }
    guard stopReason == nil else { return report([]) }
    try recorder.begin(directive)
    let report = try await carryOut(directive)
    try recorder.end(DirectiveEnd(report))
    return report
  }

  private func carryOut(_ directive: Directive) async throws -> Report {
    switch directive {
    case .schedule(let schedule): return try await perform(schedule)
    case .ramp(let specification): return try await perform(specification)
    case .wait(let seconds, _):
      let end = now + min(seconds, secondsLeft)
      isWaiting = true
      while stopReason == nil, isWaiting, now < end { try await Task.sleep(for: .seconds(min(0.25, end - now))) }
      isWaiting = false
      return report([])
    }
  }

  // MARK: Schedules

  private func perform(_ schedule: Schedule) async throws -> Report {
    let items = usable(schedule.items)
    guard !items.isEmpty else { return report([]) }
    let byHost = Dictionary(grouping: items) { host(ofCell: $0.cell) }
    var longestWay = 0.0
    for host in byHost.keys {
      if let clock = try? await links[host]?.clock { longestWay = max(longestWay, clock.roundTrip) }
    }
    let lead = leadTime(for: items)
    let start = MonotonicClock.now + Int64(longestWay + lead + Self.margin)
    let span = items.map(\.offset).max() ?? 0
    let deadline = answerDeadline
    var calls: [@Sendable () async throws -> BatchIntake] = []
    for (host, items) in byHost {
      guard let link = links[host], let clock = try? await link.clock else { continue }
      let orders = items.map { item in
        let arrival = start + Int64(item.offset * 1e9)
        return ScheduleOrder.Item(
          at: clock.agentTime(arrival - Int64(book.roundTrips.half(of: vantage(ofCell: item.cell)))), cell: item.cell)
      }
      calls.append {
        try await link.perform(
          orders, stage: schedule.stage, lead: Int64(lead), answerDeadline: deadline,
          allowance: span + deadline + Self.patience)
      }
    }
    return report(
      try await recorded {
        try await concurrently(calls)
      } unaccounted: { host, recorded in
        Unaccounted.of(
          byHost[host, default: []].map(\.cell), stage: schedule.stage, recorded: recorded.map(\.cell))
      })
  }

  /// Items of vantages that are still there, and no more than the budget holds.
  private func usable(_ items: [Schedule.Item]) -> [Schedule.Item] {
    Array(items.filter { !lost.contains(vantage(ofCell: $0.cell)) }.prefix(remaining))
  }

  /// Time to open connections ahead of the first request, nanoseconds: two round trips, four with TLS.
  private func leadTime(for items: [Schedule.Item]) -> Double {
    let slowest = items.map { 2 * book.roundTrips.half(of: vantage(ofCell: $0.cell)) }.max() ?? 0
    return slowest * (plan.url.scheme == .https ? 4 : 2) + 5e6
  }

  // MARK: Ramps

  private func perform(_ specification: RampSpecification) async throws -> Report {
    let vantage = vantage(ofCell: specification.cell)
    guard !lost.contains(vantage), let link = links[design.vantages[vantage].host] else { return report([]) }
    var specification = specification
    let followUp = Self.followUpRequests(of: specification)
    guard remaining > followUp else { return report([]) }
    specification.maxRequests = min(specification.maxRequests, remaining - followUp)
    let requests = specification.maxRequests + followUp
    specification.deadline = min(specification.deadline, max(1, secondsLeft))
    let (order, deadline) = (specification, answerDeadline)
    var outcome: RampOutcome?
    let samples = try await recorded {
      let intake = try await link.perform(
        order, answerDeadline: deadline, requests: requests, allowance: order.deadline + deadline + Self.patience)
      outcome = intake.done?.outcome
      return [intake]
    } unaccounted: { [rate = plan.budget.rate] _, recorded in
      Unaccounted.of(order, requests: requests, recorded: recorded.count, rate: rate)
    }
    if let first = outcome?.firstDenial, let clock = try? await link.clock {
      outcome?.firstDenial = self.clock.seconds(clock.controllerTime(Int64(first * 1e9)))
    }
    return report(samples, ramp: outcome ?? RampOutcome(saturation: .none))
  }

  /// The follow-up may send as many as a dozen of the exhausted cell, and three for every probe.
  static func followUpRequests(of ramp: RampSpecification) -> Int {
    ramp.followUp.isEmpty ? 0 : 15 + AgentLink.probesInFollowUp * ramp.followUp.count
  }

  // MARK: Taking records in

  /// Does the work, and keeps records as they come in.
  ///
  /// - Parameter unaccounted: what a host that was lost may have sent beyond what was recorded of it.
  private func recorded(
    _ work: () async throws -> [BatchIntake],
    unaccounted: (_ host: String, _ recorded: [Observation]) -> [UnknownRequests]
  ) async throws -> [Sample] {
    let first = book.observations.count
    let recording = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(Self.recordingInterval))
        await self.keepWhatCame()
      }
    }
    let result: Result<[BatchIntake], any Error>
    do { result = .success(try await work()) } catch { result = .failure(error) }
    recording.cancel()
    await recording.value
    for intake in try result.get() {
      if let clock = try? await links[intake.host]?.clock { keep(intake.records, clock) }
      guard let failure = intake.failure else { continue }
      lose(host: intake.host, because: failure)
      guard intake.mayHaveBegun else { continue }
      let own = book.observations[first...].filter { host(ofCell: $0.cell) == intake.host }
      freshUnknown += unaccounted(intake.host, own)
    }
    unknown += freshUnknown.total
    if let recordingFailure { throw recordingFailure }
    return book.samples(of: first..<book.observations.count)
  }

  private func keepWhatCame() async {
    for link in links.values {
      let records = await link.takeRecords()
      if !records.isEmpty, let clock = try? await link.clock { keep(records, clock) }
    }
    if let recordingFailure { await stop(because: recordingFailure.message) }
  }

  /// What cannot be kept must not be sent either: a failure stops the load.
  private func keep(_ records: [AgentRecord], _ clock: ClockEstimate) {
    guard recordingFailure == nil, !records.isEmpty else { return }
    let bound = clock.bound(at: MonotonicClock.now) / 1e9
    let fresh = records.map { observation($0, clock: clock, bound: bound) }.sorted { $0.sent < $1.sent }
    do throws(ParallaxError) {
      try recorder.append(book.append(fresh))
    } catch {
      recordingFailure = error
    }
  }

  private func observation(_ record: AgentRecord, clock: ClockEstimate, bound: Double) -> Observation {
    func time(_ agent: Int64) -> Double { self.clock.seconds(clock.controllerTime(agent)) }
    return Observation(
      id: 0, cell: record.cell, stage: record.stage, planned: time(record.timings.planned),
      sent: time(record.timings.sent), connection: record.timings.connection?.map(time),
      firstByte: record.timings.firstByte.map(time), end: time(record.timings.end), clockBound: bound,
      answer: record.answer, reading: classifier.read(record.answer))
  }

  private func lose(host: String, because error: ParallaxError) {
    let indices = design.vantages.indices.filter { design.vantages[$0].host == host }
    guard !indices.allSatisfy(lost.contains) else { return }
    lost.formUnion(indices)
    losses.append(error)
  }

  private func report(_ samples: [Sample], ramp: RampOutcome? = nil) -> Report {
    defer { freshUnknown = [] }
    if stopReason == nil, remaining == 0 { stopReason = "the budget of \(plan.budget.requests) requests is spent" }
    return Report(
      samples: samples, now: now, ramp: ramp, lostVantages: lost.sorted(), unknown: freshUnknown, stopped: stopReason)
  }

  /// A lost answer must not hold up a schedule for the plan's whole timeout; but a limiter that queues answers late, so
  /// nothing counts as lost before three seconds or three times the slowest answer of triage.
  private var answerDeadline: Double {
    book.observations.isEmpty ? plan.timeout : min(plan.timeout, max(3, 3 * book.roundTrips.slowest))
  }

  private func vantage(ofCell cell: Int) -> Int { design.cells[cell].vantage }
  private func host(ofCell cell: Int) -> String { design.vantages[vantage(ofCell: cell)].host }
}
