internal import ArgumentParser
internal import ParallaxAnalysis
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Renders a stored run again, as it was or in another form.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, md, html, json, csv, ndjson, junit }

  @OptionGroup var common: CommonOptions

  @Option(help: "table, md, html, json, csv, ndjson or junit.")
  var format: Format?

  @Argument(
    help: ArgumentHelp("The run: its name, a beginning or an end that only one run has, or 'latest'.", valueName: "run")
  )
  var name = "latest"

  func run() throws {
    let store = RunStore(directory: common.store)
    let stored = try store.loadRun(try store.identifier(matching: name))
    switch format ?? (common.json ? .json : .table) {
    case .table:
      Terminal.result(
        TerminalReport.render(
          verdict: try verdict(of: stored), design: stored.manifest.design, observations: stored.observations,
          options: common.terminal))
    case .json: Terminal.result(VerdictJSON.encode(try verdict(of: stored)))
    case .csv: Terminal.result(ObservationExport.csv(stored.observations, design: stored.manifest.design))
    case .ndjson: Terminal.result(ObservationExport.ndjson(stored.observations, design: stored.manifest.design))
    case .md:
      Terminal.result(
        MarkdownReport.render(
          verdict: try verdict(of: stored), design: stored.manifest.design, observations: stored.observations))
    case .html:
      let manifest = stored.manifest
      Terminal.result(
        HTMLReport.render(
          MeasuredRun(stored), plan: (text: PlanFile.redacted(manifest.planText), file: manifest.planFile)))
    case .junit: Terminal.result(try junit(stored))
    }
  }

  /// The expectations of the plan as it was when the run began.
  private func junit(_ stored: StoredRun) throws -> String {
    let manifest = stored.manifest
    let plan = try PlanFile.parse(text: manifest.planText, file: manifest.planFile)
    let measured = MeasuredRun(stored)
    return JUnitReport.render(
      ExpectationCheck(measured).results(plan.expectations), run: measured, plan: manifest.planFile)
  }

  private func verdict(of stored: StoredRun) throws -> Verdict {
    guard let verdict = stored.verdict else {
      throw ParallaxError(
        .usage, "the run \(stored.id) has no verdict: it was interrupted, or it still goes on",
        remedy: "its \(stored.observations.count) observations are there: --format ndjson prints them")
    }
    return verdict
  }
}
