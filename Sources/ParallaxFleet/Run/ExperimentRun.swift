public import ParallaxConfig
internal import ParallaxExperiment
public import ParallaxModel

/// One experiment on real hosts, from the first connection to the conclusion.
public actor ExperimentRun {
  public struct Settings: Sendable {
    public var run: String
    public var seed: UInt64
    public var agents: AgentCatalogue
    public var dialer: HostDialer
    /// Only what is limited before any load, and why.
    public var triageOnly: Bool
    /// Seconds that may go into why the reference is limited before any load; 0 waits for nothing.
    public var mysterySeconds: Double
    /// Seconds that may go into how the limiter recovers (window, rate, algorithm); 0 fits what was sent anyway.
    public var recoverySeconds: Double
    /// Seconds that may go into a second limiter beneath the first; 0 looks for none.
    public var peelSeconds: Double

    public init(
      run: String, seed: UInt64, agents: AgentCatalogue, dialer: HostDialer, triageOnly: Bool = false,
      mysterySeconds: Double = 0, recoverySeconds: Double = 0, peelSeconds: Double = 0
    ) {
      self.run = run
      self.seed = seed
      self.agents = agents
      self.dialer = dialer
      self.triageOnly = triageOnly
      self.mysterySeconds = mysterySeconds
      self.recoverySeconds = recoverySeconds
      self.peelSeconds = peelSeconds
    }
  }

  /// What came of it.
  public struct Outcome: Sendable {
    public var conclusion: Conclusion
    public var design: Design
    public var digest: String
    public var observations: [Observation]
    public var requestsSent: Int
    /// Of interruptions and lost agents: sent perhaps, and never heard of again.
    public var unknownRequests: Int
    /// Seconds from the first directive to the last answer.
    public var duration: Double
    public var hosts: [HostOutcome]
    /// Links that broke on the way.
    public var losses: [ParallaxError]
  }

  private let settings: Settings
  private let progress: @Sendable (RunEvent) -> Void
  private var instrument: FleetInstrument?
  private var stopReason: String?
  /// A wait is going on that was announced as one that may be skipped.
  private var mayBeSkipped = false

  public init(settings: Settings, progress: @escaping @Sendable (RunEvent) -> Void = { _ in }) {
    self.settings = settings
    self.progress = progress
  }

  /// Ends the present wait, if it was announced as one that may be skipped: what is known is kept, and the run goes on.
  public func skipWait() async -> Bool {
    guard mayBeSkipped, let instrument else { return false }
    return await instrument.skipWait()
  }

  /// Ends the load within a second and makes `perform` return with what is known.
  public func stop(because reason: String) async {
    stopReason = stopReason ?? reason
    await instrument?.stop(because: reason)
  }

  /// Says where everything is kept. Called once, when it is known which hosts take part and before anything is sent.
  public typealias Opening = @Sendable (PreparedRun, ExperimentConfiguration) throws -> any RunRecorder

  /// Runs the experiment.
  ///
  /// Errors: `hostUnreachable`, `hostKeyRefused`, `authenticationRefused` where no host could be used,
  /// `tooFewVantages` where too few could, `aborted` where it was stopped before anything was sent, and what the
  /// recorder throws.
  public func perform(
    _ original: PreparedRun, keys: [String: Secret], begin: Opening
  ) async throws -> Outcome {
    try await withAgents(for: original) { roster, results in
      let members = Self.members(results)
      let failures = results.map(\.outcome).filter { $0.error != nil }
      let prepared = failures.isEmpty ? original : try original.without(failures)
      try await roster.brief(members, for: prepared, keys: keys)
      if let stopReason { throw ParallaxError(.aborted, "stopped before anything was sent: \(stopReason)") }
      let clock = RunClock()
      let configuration = try await configuration(prepared.plan.budget, clock: clock, members: members)
      let instrument = FleetInstrument(
        design: prepared.design, plan: prepared.requestPlan, links: members.mapValues(\.link),
        recorder: try begin(prepared, configuration), clock: clock)
      var experiment = Experiment(design: prepared.design, configuration: configuration)
      let step = experiment.next(nil)
      return try await outcome(of: experiment, at: step, instrument, prepared, results.map(\.outcome))
    }
  }

  /// Goes on with a run that was interrupted: nothing that it sent is sent again.
  ///
  /// A host that cannot be reached any more is lost: its cells stay part of the design, and the verdict says what they
  /// would have told.
  ///
  /// Errors: as `perform`; `storeFailed` where this version of the program would have run it otherwise.
  public func resume(
    _ run: InterruptedRun, prepared: PreparedRun, keys: [String: Secret], recorder: any RunRecorder
  ) async throws -> Outcome {
    try await waitForSilence(of: run)
    return try await withAgents(for: prepared) { roster, results in
      let members = Self.members(results)
      guard !members.isEmpty else {
        throw results.first?.outcome.error ?? ParallaxError(.hostUnreachable, "no host can be reached")
      }
      try await roster.brief(members, for: prepared, keys: keys)
      if let stopReason { throw ParallaxError(.aborted, "stopped before anything was sent: \(stopReason)") }
      var book = ObservationBook(design: run.design, clockOrigin: run.configuration.clockOrigin)
      _ = book.append(run.observations)
      var (experiment, _) = try Experiment.replaying(
        run.history, design: run.design, configuration: run.configuration
      ) { book.samples(of: $0) }
      let clock = RunClock(origin: run.configuration.clockOrigin)
      let resumption = Resumption(
        now: clock.now, idle: max(0, RunClock.calendar - run.lastActive), unknown: run.unknown)
      try recorder.resume(resumption)
      let step = experiment.resume(
        resumption, samples: book.samples(of: run.settled..<run.observations.count),
        pending: run.history.pending?.directive)
      let lost = prepared.design.vantages.indices.filter { members[prepared.design.vantages[$0].host] == nil }
      let instrument = FleetInstrument(
        design: prepared.design, plan: prepared.requestPlan, links: members.mapValues(\.link), recorder: recorder,
        clock: clock, book: book, unknown: run.history.unknownRequests + resumption.unknown.total,
        idle: run.history.idle + resumption.idle, lost: Set(lost))
      return try await outcome(of: experiment, at: step, instrument, prepared, results.map(\.outcome))
    }
  }

  /// An agent that lost its controller stops when its link ends, and at the latest with its lease.
  private func waitForSilence(of run: InterruptedRun) async throws {
    let seconds = run.lastActive + AgentLink.leaseLife + 1 - RunClock.calendar
    guard seconds > 0, stopReason == nil else { return }
    progress(.waiting(seconds: seconds, reason: "until the agents of the interrupted run are surely silent"))
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end, stopReason == nil { try await Task.sleep(for: .milliseconds(100)) }
  }

  private func withAgents(
    for prepared: PreparedRun,
    _ body: (AgentRoster, [(outcome: HostOutcome, value: AgentRoster.Member?)]) async throws -> Outcome
  ) async throws -> Outcome {
    let connector = FleetConnector(dialer: settings.dialer, progress: progress)
    let roster = AgentRoster(
      connector: connector, agents: settings.agents, run: settings.run, target: try prepared.seatTarget)
    let results = await roster.start(on: prepared.hosts)
    for failure in results.map(\.outcome) where failure.error != nil {
      progress(.note("\(failure.host) is left out: \(failure.error?.message ?? "")"))
    }
    let result: Result<Outcome, any Error>
    do { result = .success(try await body(roster, results)) } catch { result = .failure(error) }
    await roster.dismiss(Self.members(results).values)
    return try result.get()
  }

  private static func members(
    _ results: [(outcome: HostOutcome, value: AgentRoster.Member?)]
  ) -> [String: AgentRoster.Member] {
    Dictionary(uniqueKeysWithValues: results.compactMap { result in result.value.map { (result.outcome.host, $0) } })
  }

  private func outcome(
    of experiment: Experiment, at step: Experiment.Step, _ instrument: FleetInstrument, _ prepared: PreparedRun,
    _ hosts: [HostOutcome]
  ) async throws -> Outcome {
    self.instrument = instrument
    await instrument.obeyStopRules()
    let conclusion = try await drive(experiment, from: step, instrument, prepared)
    let signals = DeclaredSignals(
      observations: await instrument.observations,
      clockOrigin: experiment.configuration.clockOrigin)
    var completed = signals.completed(conclusion)
    completed.notes += prepared.relayNotes
    return Outcome(
      conclusion: completed, design: prepared.design, digest: prepared.digest,
      observations: await instrument.observations, requestsSent: await instrument.sent,
      unknownRequests: await instrument.unknown, duration: await instrument.now, hosts: hosts,
      losses: await instrument.losses)
  }

  /// The loop: the experiment says what to do, the instrument does it.
  private func drive(
    _ experiment: Experiment, from step: Experiment.Step, _ instrument: FleetInstrument, _ prepared: PreparedRun
  ) async throws -> Conclusion {
    var (experiment, step) = (experiment, step)
    while case .perform(let directive, let label) = step {
      announce(directive, label: label, experiment: experiment, budget: prepared.plan.budget.requests)
      if case .wait(let seconds, _) = directive {
        mayBeSkipped = experiment.asksWhy && seconds > Experiment.skippableWait
      }
      let report = try await instrument.perform(directive)
      mayBeSkipped = false
      if await instrument.observations.allSatisfy({ $0.stage == .triage }) {
        try TargetReachability.check(await instrument.observations, url: prepared.plan.target.url)
      }
      step = experiment.next(report)
    }
    guard case .finished(let conclusion) = step else { preconditionFailure("a step performs or finishes") }
    return conclusion
  }

  private func configuration(
    _ budget: Budget, clock runClock: RunClock, members: [String: AgentRoster.Member]
  ) async throws -> ExperimentConfiguration {
    var slowest = 0.0
    var bound = 0.0
    let delay = members.values.map(\.delay).max() ?? 0
    for member in members.values {
      let clock = try await member.link.clock
      slowest = max(slowest, clock.roundTrip / 1e9)
      bound = max(bound, clock.bound(at: MonotonicClock.now) / 1e9)
    }
    var configuration = ExperimentConfiguration(
      budget: budget, seed: settings.seed, controlGap: slowest + delay + 0.02,
      recoverySeconds: settings.recoverySeconds,
      peelSeconds: settings.peelSeconds, triageOnly: settings.triageOnly, mysterySeconds: settings.mysterySeconds,
      clockOrigin: runClock.origin)
    // Requests from different hosts must arrive in the planned order although both clocks may be off by their bounds.
    configuration.acrossHosts = max(configuration.acrossHosts, 2 * bound + delay)
    return configuration
  }

  private func announce(_ directive: Directive, label: String, experiment: Experiment, budget: Int) {
    if case .wait(let seconds, let reason) = directive {
      progress(.waiting(seconds: seconds, reason: reason))
      return
    }
    let state = experiment.progress
    let best = state.leading.map { scopes in
      scopes.map { ScopeName.of($0) }.joined(separator: " & ")
    }
    progress(
      .stage(name: label, requestsSent: state.requests, budget: budget, best: best, posterior: state.posterior))
  }
}
