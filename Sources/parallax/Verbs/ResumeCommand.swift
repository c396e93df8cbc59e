internal import ArgumentParser
internal import ParallaxAnalysis
internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxStore

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Goes on with a run that was interrupted, repeating nothing.",
    discussion: """
      The plan is the one that the run was begun with, whatever its file says by now; the inventory and the keys are read
      anew. Requests whose answers were lost are charged to the budget and not sent again.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var agentOption: AgentOption

  @Argument(help: "The run: its name, a part of it that only one run has, or latest.")
  var run: String

  func run() async throws {
    let store = RunStore(directory: common.store)
    let id = try store.identifier(matching: run)
    // Opened first: from here on nobody else writes to it, and a torn tail is gone.
    let lastActive = try store.lastActive(id)
    let (journal, stored) = try store.reopenRun(id)
    let interrupted = try Self.interrupted(stored, lastActive: lastActive)
    let plan = try PlanFile.parse(text: stored.manifest.planText, file: stored.manifest.planFile)
    let prepared = try PreparedRun(
      restoring: interrupted, plan: plan, inventory: try InventoryFile.load(path: common.hosts))
    let keys = try KeyResolver.resolve(plan)
    let agent = try agentOption.load()
    try Confirmation(options: common).require(prepared, endsAtOnce: false)

    let progress = ProgressLines(common, duration: plan.budget.duration)
    defer { progress.finish() }
    let experiment = ExperimentRun(
      settings: ExperimentRun.Settings(
        run: id, seed: stored.manifest.seed, agent: agent, dialer: HostDialer(prompt: Prompt.ask)),
      progress: progress.sink)
    let interruption = Interruption(of: experiment)
    defer { interruption.cancel() }
    let outcome = try await experiment.resume(interrupted, prepared: prepared, keys: keys, recorder: journal)
    progress.finish()
    let verdict = try RunEnding(common: common, run: id, outcome: outcome, journal: journal).keep()
    let run = MeasuredRun(
      id: id, planDigest: outcome.digest, design: outcome.design, observations: outcome.observations,
      unknownRequests: outcome.unknownRequests, verdict: verdict)
    RunEnding.show(verdict, of: run, common: common)
    if verdict.status != .determined { throw verdict.status.exitStatus }
  }

  private static func interrupted(_ run: StoredRun, lastActive: Double) throws -> InterruptedRun {
    if let verdict = run.verdict, verdict.status != .aborted {
      throw ParallaxError(
        .usage, "the run \(run.id) has come to its end: \(verdict.status.rawValue)",
        remedy: "look at it with 'parallax report \(run.id)', or run its plan again")
    }
    guard let state = run.manifest.protocolState else {
      throw ParallaxError(
        .usage, "the run \(run.id) was begun by an older version of this program, which kept too little to go on with",
        remedy: "run its plan again")
    }
    return InterruptedRun(
      id: run.id, design: run.manifest.design, configuration: state.configuration, requestPlan: state.requestPlan,
      digest: run.manifest.planDigest, observations: run.observations, history: run.history, lastActive: lastActive)
  }
}
