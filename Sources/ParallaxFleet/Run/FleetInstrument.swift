internal import Foundation
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

  private let design: Design
  private let plan: RequestPlan
  private let links: [String: AgentLink]
  private let classifier: Classifier
  private let record: @Sendable ([Observation]) throws -> Void
  private let epoch: Int64
  /// Seconds since 1970 at the zero of the reports' clock.
  let clockOrigin: Double

  private var roundTrips: RoundTrips
  private(set) var observations: [Observation] = []
  private(set) var sent = 0
  private var lost: Set<Int> = []
  private var stopReason: String?
  private var isWaiting = false
  /// What happened to lost vantages, for the verdict's reader.
  private(set) var losses: [ParallaxError] = []

  /// `links` are by host; `record` must make observations durable before it returns.
  init(
    design: Design, plan: RequestPlan, links: [String: AgentLink],
    record: @escaping @Sendable ([Observation]) throws -> Void
  ) {
    self.design = design
    self.plan = plan
    self.links = links
    self.record = record
    classifier = Classifier(rules: plan.limitedWhen)
    epoch = MonotonicClock.now
    clockOrigin = Date.now.timeIntervalSince1970
    roundTrips = RoundTrips(vantages: design.vantages.count)
  }

  /// Seconds since the run began, the clock of all reports.
  var now: Double { seconds(MonotonicClock.now) }
  var remaining: Int { max(0, plan.budget.requests - sent) }

  /// Ends the load at once; what is being performed returns with what it has.
  func stop(because reason: String) async {
    guard stopReason == nil else { return }
    stopReason = reason
    await withTaskGroup(of: Void.self) { group in
      for link in links.values { group.addTask { await link.abort(reason: reason) } }
    }
  }

  /// Ends the present wait; false when there is none.
  func skipWait() -> Bool {
    defer { isWaiting = false }
    return isWaiting
  }

  func perform(_ directive: Directive) async throws -> Report {
    if stopReason == nil, now > plan.budget.duration {
      stopReason = "the budget's duration of \(Int(plan.budget.duration)) s is over"
    }
    guard stopReason == nil else { return report([]) }
    switch directive {
    case .schedule(let schedule): return try await perform(schedule)
    case .ramp(let specification): return try await perform(specification)
    case .wait(let seconds, _):
      let end = min(now + seconds, plan.budget.duration)
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
    let span = items.last?.offset ?? 0
    let deadline = answerDeadline
    var calls: [@Sendable () async throws -> BatchIntake] = []
    for (host, items) in byHost {
      guard let link = links[host], let clock = try? await link.clock else { continue }
      let orders = items.map { item in
        let arrival = start + Int64(item.offset * 1e9)
        return ScheduleOrder.Item(
          at: clock.agentTime(arrival - Int64(roundTrips.half(of: vantage(ofCell: item.cell)))), cell: item.cell)
      }
      calls.append {
        try await link.perform(
          orders, stage: schedule.stage, lead: Int64(lead), answerDeadline: deadline,
          allowance: span + deadline + Self.patience)
      }
    }
    let intakes = try await concurrently(calls)
    return report(try await take(intakes))
  }

  /// Items of vantages that are still there, and no more than the budget holds.
  private func usable(_ items: [Schedule.Item]) -> [Schedule.Item] {
    Array(items.filter { !lost.contains(vantage(ofCell: $0.cell)) }.prefix(remaining))
  }

  /// Time to open connections ahead of the first request, nanoseconds: two round trips, four with TLS.
  private func leadTime(for items: [Schedule.Item]) -> Double {
    let slowest = items.map { 2 * roundTrips.half(of: vantage(ofCell: $0.cell)) }.max() ?? 0
    return slowest * (plan.url.scheme == .https ? 4 : 2) + 5e6
  }

  // MARK: Ramps

  private func perform(_ specification: RampSpecification) async throws -> Report {
    let vantage = vantage(ofCell: specification.cell)
    guard !lost.contains(vantage), let link = links[design.vantages[vantage].host] else { return report([]) }
    var specification = specification
    // The follow-up may send as many as a dozen of the exhausted cell, and three for every probe.
    let followUp = specification.followUp.isEmpty ? 0 : 15 + 3 * specification.followUp.count
    guard remaining > followUp else { return report([]) }
    specification.maxRequests = min(specification.maxRequests, remaining - followUp)
    let requests = specification.maxRequests + followUp
    let left = max(1, plan.budget.duration - now)
    specification.deadline = min(specification.deadline, left)
    let intake = try await link.perform(
      specification, answerDeadline: answerDeadline, requests: requests,
      allowance: specification.deadline + answerDeadline + Self.patience)
    var outcome = intake.done?.outcome
    if let first = outcome?.firstDenial, let clock = try? await link.clock {
      outcome?.firstDenial = seconds(clock.controllerTime(Int64(first * 1e9)))
    }
    return report(try await take([intake]), ramp: outcome ?? RampOutcome(saturation: .none))
  }

  // MARK: Taking records in

  private func take(_ intakes: [BatchIntake]) async throws -> [Sample] {
    var fresh: [Observation] = []
    for intake in intakes {
      guard let link = links[intake.host], let clock = try? await link.clock else { continue }
      let bound = clock.bound(at: MonotonicClock.now) / 1e9
      for record in intake.records { fresh.append(observation(record, clock: clock, bound: bound)) }
      if let failure = intake.failure { lose(host: intake.host, because: failure) }
    }
    for observation in fresh { roundTrips.learn(observation, vantage: vantage(ofCell: observation.cell)) }
    fresh.sort { ($0.sent, $0.cell) < ($1.sent, $1.cell) }
    for index in fresh.indices { fresh[index].id = observations.count + index }
    try record(fresh)
    observations += fresh
    sent += fresh.count { $0.answer.failure != .notSent }
    return fresh.map(sample).sorted { $0.time < $1.time }
  }

  private func observation(_ record: AgentRecord, clock: ClockEstimate, bound: Double) -> Observation {
    func time(_ agent: Int64) -> Double { seconds(clock.controllerTime(agent)) }
    return Observation(
      id: 0, cell: record.cell, stage: record.stage, planned: time(record.timings.planned),
      sent: time(record.timings.sent), connected: record.timings.connected.map(time),
      firstByte: record.timings.firstByte.map(time), end: time(record.timings.end), clockBound: bound,
      answer: record.answer, reading: classifier.read(record.answer))
  }

  private func sample(_ observation: Observation) -> Sample {
    Sample(
      cell: observation.cell,
      time: observation.sent + roundTrips.half(of: vantage(ofCell: observation.cell)) / 1e9,
      sent: observation.sent, latency: observation.end - observation.sent, bound: observation.clockBound,
      reading: observation.reading,
      signals: CauseSignal.read(
        observation.answer, reading: observation.reading, dimensions: design.dimensions,
        now: clockOrigin + observation.end))
  }

  private func lose(host: String, because error: ParallaxError) {
    let indices = design.vantages.indices.filter { design.vantages[$0].host == host }
    guard !indices.allSatisfy(lost.contains) else { return }
    lost.formUnion(indices)
    losses.append(error)
  }

  private func report(_ samples: [Sample], ramp: RampOutcome? = nil) -> Report {
    if stopReason == nil, remaining == 0 { stopReason = "the budget of \(plan.budget.requests) requests is spent" }
    return Report(
      samples: samples, now: now, ramp: ramp, lostVantages: lost.sorted(), stopped: stopReason)
  }

  /// A lost answer must not hold up a schedule for the plan's whole timeout; but a limiter that queues answers late, so
  /// nothing counts as lost before three seconds or three times the slowest answer of triage.
  private var answerDeadline: Double {
    observations.isEmpty ? plan.timeout : min(plan.timeout, max(3, 3 * roundTrips.slowest))
  }

  private func vantage(ofCell cell: Int) -> Int { design.cells[cell].vantage }
  private func host(ofCell cell: Int) -> String { design.vantages[vantage(ofCell: cell)].host }
  private func seconds(_ clock: Int64) -> Double { Double(clock - epoch) / 1e9 }
}
