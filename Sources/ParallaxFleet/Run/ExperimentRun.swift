public import ParallaxConfig
internal import ParallaxExperiment
public import ParallaxModel

/// One experiment on real hosts, from the first connection to the conclusion.
public actor ExperimentRun {
  public struct Settings: Sendable {
    public var run: String
    public var seed: UInt64
    public var agent: AgentBinary
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
      run: String, seed: UInt64, agent: AgentBinary, dialer: HostDialer, triageOnly: Bool = false,
      mysterySeconds: Double = 0, recoverySeconds: Double = 0, peelSeconds: Double = 0
    ) {
      self.run = run
      self.seed = seed
      self.agent = agent
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

  /// Makes observations durable before they are used.
  public typealias Recorder = @Sendable ([Observation]) throws -> Void

  /// Runs the experiment. `begin` is called once, when it is known which hosts take part and before anything is sent; it
  /// says where observations go.
  ///
  /// Errors: `hostUnreachable`, `hostKeyRefused`, `authenticationRefused` where no host could be used,
  /// `tooFewVantages` where too few could, `aborted` where it was stopped before anything was sent, and what the
  /// recorder throws.
  public func perform(
    _ original: PreparedRun, keys: [String: Secret], begin: @Sendable (PreparedRun) throws -> Recorder
  ) async throws -> Outcome {
    let connector = FleetConnector(dialer: settings.dialer, progress: progress)
    let roster = AgentRoster(connector: connector, agent: settings.agent, run: settings.run)
    let results = await roster.start(on: original.hosts)
    let members = Dictionary(
      uniqueKeysWithValues: results.compactMap { result in result.value.map { (result.outcome.host, $0) } })
    do {
      let failures = results.map(\.outcome).filter { $0.error != nil }
      let prepared = failures.isEmpty ? original : try original.without(failures)
      for failure in failures { progress(.note("\(failure.host) is left out: \(failure.error?.message ?? "")")) }
      try await roster.brief(members, for: prepared, keys: keys)
      if let stopReason { throw ParallaxError(.aborted, "stopped before anything was sent: \(stopReason)") }
      let instrument = FleetInstrument(
        design: prepared.design, plan: prepared.requestPlan, links: members.mapValues(\.link),
        record: try begin(prepared))
      self.instrument = instrument
      let conclusion = try await drive(instrument, prepared: prepared, members: members)
      let outcome = Outcome(
        conclusion: DeclaredSignals(
          design: prepared.design, observations: await instrument.observations, clockOrigin: instrument.clockOrigin
        ).completed(conclusion), design: prepared.design, digest: prepared.digest,
        observations: await instrument.observations, requestsSent: await instrument.sent,
        duration: await instrument.now, hosts: results.map(\.outcome), losses: await instrument.losses)
      await AgentRoster.dismiss(members.values)
      return outcome
    } catch {
      await AgentRoster.dismiss(members.values)
      throw error
    }
  }

  /// The loop: the experiment says what to do, the instrument does it.
  private func drive(
    _ instrument: FleetInstrument, prepared: PreparedRun, members: [String: AgentRoster.Member]
  ) async throws -> Conclusion {
    var experiment = Experiment(
      design: prepared.design,
      configuration: try await configuration(
        prepared.plan.budget, members: members, clockOrigin: instrument.clockOrigin))
    var step = experiment.next(nil)
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
    _ budget: Budget, members: [String: AgentRoster.Member], clockOrigin: Double
  ) async throws -> ExperimentConfiguration {
    var slowest = 0.0
    var bound = 0.0
    for member in members.values {
      let clock = try await member.link.clock
      slowest = max(slowest, clock.roundTrip / 1e9)
      bound = max(bound, clock.bound(at: MonotonicClock.now) / 1e9)
    }
    var configuration = ExperimentConfiguration(
      budget: budget, seed: settings.seed, controlGap: slowest + 0.02, recoverySeconds: settings.recoverySeconds,
      peelSeconds: settings.peelSeconds, triageOnly: settings.triageOnly, mysterySeconds: settings.mysterySeconds,
      clockOrigin: clockOrigin)
    // Requests from different hosts must arrive in the planned order although both clocks may be off by their bounds.
    configuration.acrossHosts = max(configuration.acrossHosts, 2 * bound)
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
