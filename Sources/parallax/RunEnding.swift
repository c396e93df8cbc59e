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

  /// Throws the exit status where the verdict is not `determined`.
  func tell() throws {
    let verdict = Verdict(
      run: run, planDigest: outcome.digest, conclusion: outcome.conclusion, requestsSent: outcome.requestsSent,
      duration: outcome.duration)
    try journal?.finish(verdict)
    for loss in outcome.losses { Terminal.complain("note: \(InertText.inert("\(loss)"))") }
    if common.json {
      Terminal.result(VerdictJSON.encode(verdict))
    } else {
      Terminal.result(
        TerminalReport.render(
          verdict: verdict, design: outcome.design, observations: outcome.observations, options: common.terminal))
    }
    if verdict.status == .aborted { Terminal.complain("to go on: parallax resume \(run)") }
    if verdict.status != .determined { throw verdict.status.exitStatus }
  }
}
