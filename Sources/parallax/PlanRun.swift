internal import ParallaxAnalysis
internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

/// `run` and `triage`: from the files to the verdict, everything kept in the store on the way.
struct PlanRun {
  var common: CommonOptions
  var launch: LaunchOptions
  var limit: LimitOption
  var planPath: String
  var triageOnly = false
  var mysterySeconds = 0.0
  var recoverySeconds = 0.0
  var peelSeconds = 0.0

  /// A run that came to its end, with the plan that it was made of.
  struct Finished {
    let plan: Plan
    let run: MeasuredRun
    let verdict: Verdict
  }

  /// Runs the plan and prints the verdict.
  func perform() async throws {
    let finished = try await measure()
    show(finished)
    if finished.verdict.status != .determined { throw finished.verdict.status.exitStatus }
  }

  func show(_ finished: Finished) {
    RunEnding.show(finished.verdict, of: finished.run, common: common)
  }

  /// Runs the plan and keeps everything in the store; prints nothing but progress.
  func measure() async throws -> Finished {
    let planText = try PlanFile.text(path: planPath)
    let plan = try PlanFile.parse(text: planText, file: planPath)
    let inventory = try InventoryFile.load(path: common.hosts)
    let prepared = try PreparedRun.make(plan: plan, inventory: inventory, limit: limit.limit)
    guard mysterySeconds >= 0 else {
      throw ParallaxError(.usage, "--mystery is negative", remedy: "give the seconds that may be waited, or 0")
    }
    if !triageOnly { try prepared.requireEnoughBudget() }
    let keys = try KeyResolver.resolve(plan)
    let agents = try launch.agent.load()
    try Confirmation(options: common).require(prepared, endsAtOnce: triageOnly && mysterySeconds == 0)

    let store = RunStore(directory: common.store)
    let progress = ProgressLines(common, duration: triageOnly ? nil : plan.budget.duration)
    defer { progress.finish() }
    let run = RunStore.newIdentifier()
    let seed = common.seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    let experiment = ExperimentRun(
      settings: ExperimentRun.Settings(
        run: run, seed: seed, agents: agents, dialer: launch.dialer, triageOnly: triageOnly,
        mysterySeconds: mysterySeconds, recoverySeconds: recoverySeconds, peelSeconds: peelSeconds),
      progress: progress.sink)
    let interruption = Interruption(of: experiment)
    defer { interruption.cancel() }
    let guarding = launch.run.guarding(experiment)
    defer { guarding?.cancel() }

    let journal = JournalBox()
    let outcome = try await experiment.perform(prepared, keys: keys) { final, configuration in
      let opened = try store.createRun(manifest(final, configuration, planText: planText), id: run)
      journal.set(opened)
      return opened
    }
    progress.finish()
    let verdict = try RunEnding(common: common, run: run, outcome: outcome, journal: journal.value).keep()
    return Finished(
      plan: plan,
      run: MeasuredRun(
        id: run, planDigest: outcome.digest, design: outcome.design, observations: outcome.observations,
        unknownRequests: outcome.unknownRequests, verdict: verdict),
      verdict: verdict)
  }

  private func manifest(
    _ prepared: PreparedRun, _ configuration: ExperimentConfiguration, planText: String
  ) -> RunManifest {
    RunManifest(
      planText: planText, planFile: planPath, planDigest: prepared.digest, seed: configuration.seed,
      hosts: prepared.hosts.map { host in
        RunManifest.Host(
          name: host.name, address: host.address, port: host.port, user: host.user,
          transport: host.transport.name, sourceAddresses: host.sourceAddresses)
      },
      design: prepared.design, nameLookup: prepared.nameLookup,
      protocolState: RunManifest.ProtocolState(configuration: configuration, requestPlan: prepared.encoded))
  }
}
