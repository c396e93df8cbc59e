internal import ArgumentParser
internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Runs a plan and checks what it expects; ends with status 99 if one expectation fails.",
    discussion: """
      An expectation that the run does not show, one way or the other, ends with status 3. In a workflow of GitHub the \
      plan's lines are annotated and the step's summary is written.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var launch: LaunchOptions
  @OptionGroup var limit: LimitOption

  @Option(help: ArgumentHelp("Check a stored run instead of running the plan.", valueName: "run"))
  var run: String?

  @Option(help: ArgumentHelp("Also write the outcome as JUnit's XML.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Time to watch the limiter recover (default: 60 where an expectation needs it, or else 0).", valueName: "seconds")
  )
  var recover: Double?

  @Option(
    help: ArgumentHelp("Time to look for a second limiter, beneath the first or hidden by it.", valueName: "seconds"))
  var peel = 0.0

  @Argument(help: "The plan.")
  var plan: String

  private static let recovery = 60.0

  func run() async throws {
    let expectations = try PlanFile.load(path: plan).expectations
    guard !expectations.isEmpty else {
      throw ParallaxError(
        .planInvalid, "the plan expects nothing", at: ParallaxError.Location(file: plan),
        remedy: "promise something, such as `expect: [{ scope: [account] }]`")
    }
    let measured = try await measured(expectations)
    let results = ExpectationCheck(measured).results(expectations)
    if let junit { try write(JUnitReport.render(results, run: measured, plan: plan), to: junit, appending: false) }
    try tellGitHub(results, measured)
    let table = ExpectationReport.table(results, options: common.terminal)
    if common.json { Terminal.complain(table) } else { Terminal.result("\n" + table) }
    if measured.verdict?.status == .aborted { throw ExitStatus.aborted }
    switch results.outcome {
    case .kept: return
    case .broken: throw ExitStatus.expectationFailed
    case .unknown: throw ExitStatus.inconclusive
    }
  }

  private func measured(_ expectations: [Expectation]) async throws -> MeasuredRun {
    if let run {
      let store = RunStore(directory: common.store)
      let measured = try MeasuredRun.load(try store.identifier(matching: run), from: store).run
      if common.json, let verdict = measured.verdict { Terminal.result(VerdictJSON.encode(verdict)) }
      return measured
    }
    let planRun = PlanRun(
      common: common, launch: launch, limit: limit, planPath: plan,
      recoverySeconds: recover ?? (expectations.contains(where: \.needsRecovery) ? Self.recovery : 0),
      peelSeconds: peel)
    let finished = try await planRun.measure()
    planRun.show(finished)
    return finished.run
  }

  private func tellGitHub(_ results: [ExpectationResult], _ measured: MeasuredRun) throws {
    let environment = ProcessInfo.processInfo.environment
    if environment["GITHUB_ACTIONS"] == "true" {
      Terminal.write(ExpectationReport.annotations(results, plan: plan), to: .standardError)
    }
    if let summary = environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty {
      try write(ExpectationReport.markdown(results, run: measured), to: summary, appending: true)
    }
  }

  private func write(_ text: String, to path: String, appending: Bool) throws {
    do {
      if appending, let handle = FileHandle(forWritingAtPath: path) {
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
      } else {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    } catch {
      throw ParallaxError(.storeFailed, "\(path) cannot be written", cause: error.localizedDescription)
    }
  }
}
