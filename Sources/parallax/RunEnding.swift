internal import ParallaxAnalysis
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

/// The end of a run that was begun or gone on with: its verdict is kept and told.
struct RunEnding {
  var common: CommonOptions
  var run: String
  var outcome: ExperimentRun.Outcome
  var journal: RunJournal?

  /// Keeps the verdict and says what was lost on the way; the result is not shown yet.
  func keep() throws -> MeasuredRun {
    let verdict = Verdict(
      run: run, planDigest: outcome.digest, conclusion: outcome.conclusion, requestsSent: outcome.requestsSent,
      duration: outcome.duration)
    try journal?.finish(verdict)
    for loss in outcome.losses { Terminal.complain("note: \(InertText.inert("\(loss)"))") }
    if verdict.status == .aborted { Terminal.complain("to go on: parallax resume \(run)") }
    return MeasuredRun(
      id: run, planDigest: outcome.digest, design: outcome.design, observations: outcome.observations,
      verdict: verdict)
  }

  /// Keeps the verdict and shows it. Throws the exit status where it is not `determined`.
  func tell() throws { try Self.tell(try keep(), common: common) }

  static func tell(_ run: MeasuredRun, common: CommonOptions) throws {
    show(run, common: common)
    if let status = run.verdict?.status, status != .determined { throw status.exitStatus }
  }

  static func show(_ run: MeasuredRun, common: CommonOptions) {
    guard let verdict = run.verdict else { return }
    if common.json {
      Terminal.result(VerdictJSON.encode(verdict))
    } else {
      Terminal.result(
        TerminalReport.render(
          verdict: verdict, design: run.design, observations: run.observations, options: common.terminal))
    }
  }
}
