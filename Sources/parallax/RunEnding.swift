internal import ParallaxAnalysis
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

/// The end of a run that was begun or gone on with.
struct RunEnding {
  var common: CommonOptions
  var run: String
  var outcome: ExperimentRun.Outcome
  var journal: RunJournal?

  /// Keeps the verdict, and says what was lost on the way.
  func keep() throws -> Verdict {
    let verdict = Verdict(
      run: run, planDigest: outcome.digest, conclusion: outcome.conclusion, requestsSent: outcome.requestsSent,
      duration: outcome.duration)
    try journal?.finish(verdict)
    for loss in outcome.losses { Terminal.complain("note: \(InertText.inert("\(loss)"))") }
    if verdict.status == .aborted { Terminal.complain("to go on: parallax resume \(run)") }
    return verdict
  }

  static func show(_ verdict: Verdict, of run: MeasuredRun, common: CommonOptions) {
    Terminal.result(
      common.json
        ? VerdictJSON.encode(verdict) : TerminalReport.render(verdict, of: run, options: common.terminal))
  }
}
