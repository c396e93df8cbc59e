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
    let id = try store.identifier(matching: name)
    let format = format ?? (common.json ? .json : .table)
    switch format {
    case .csv, .ndjson:
      let rows: ObservationExport.Format = format == .csv ? .csv(defusesFormulas: true) : .ndjson
      return try StoredRows(store: store, runs: [id], format: rows, namesRuns: false).print()
    case .json:
      // The verdict needs no observation to be read.
      let stored = try store.readOutline(id)
      return Terminal.result(VerdictJSON.encode(try verdict(stored.verdict, of: id)))
    case .table, .md, .html, .junit: break
    }
    let (run, manifest) = try MeasuredRun.load(id, from: store)
    switch format {
    case .table:
      Terminal.result(TerminalReport.render(try verdict(run.verdict, of: id), of: run, options: common.terminal))
    case .md: Terminal.result(MarkdownReport.render(try verdict(run.verdict, of: id), of: run))
    case .html:
      Terminal.result(
        HTMLReport.render(run, plan: (text: PlanFile.redacted(manifest.planText), file: manifest.planFile)))
    case .junit: Terminal.result(try junit(run, manifest))
    case .json, .csv, .ndjson: break
    }
  }

  /// The expectations of the plan as it was when the run began.
  private func junit(_ run: MeasuredRun, _ manifest: RunManifest) throws -> String {
    let plan = try PlanFile.parse(text: manifest.planText, file: manifest.planFile)
    return JUnitReport.render(ExpectationCheck(run).results(plan.expectations), run: run, plan: manifest.planFile)
  }

  private func verdict(_ verdict: Verdict?, of id: String) throws -> Verdict {
    guard let verdict else {
      throw ParallaxError(
        .usage, "the run \(id) has no verdict: it was interrupted, or it still goes on",
        remedy: "its observations are there: --format ndjson prints them")
    }
    return verdict
  }
}
