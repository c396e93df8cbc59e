internal import ArgumentParser
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "runs", abstract: "Lists stored runs, the newest first.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Make the database of all runs, index.sqlite in the store, anew from the journals.")
  var rebuild = false

  func run() throws {
    if rebuild {
      let store = RunStore(directory: common.store)
      return try RunExport(store: store, runs: try store.listRuns().map(\.id).reversed())
        .write(as: .sqlite, to: store.directory + "/index.sqlite")
    }
    let runs = try RunStore(directory: common.store).listRuns()
    if common.json { return try printJSON(runs) }
    guard !runs.isEmpty else { return Terminal.complain("no runs yet") }
    var table = TextTable(
      ["run", "state", "keyed on", "requests", "plan"].map { TextTable.Column($0, $0 == "requests" ? .right : .left) })
    for run in runs {
      let texts = [
        run.id, Self.state(run), Self.scopes(run.verdict), String(run.observations), run.manifest?.planFile ?? "-",
      ]
      table.append(texts.map { TextTable.Entry($0) })
    }
    Terminal.result(table.render(common.terminal))
  }

  private static func state(_ run: RunSummary) -> String {
    run.problem ?? run.verdict?.status.rawValue ?? "unfinished"
  }

  private static func scopes(_ verdict: Verdict?) -> String {
    guard let limiters = verdict?.limiters, !limiters.isEmpty else { return "-" }
    return limiters.map { ScopeName.of($0.scope) }.joined(separator: "; ")
  }

  private func printJSON(_ runs: [RunSummary]) throws {
    let entries = runs.map { run -> [String: Any] in
      var entry: [String: Any] = ["run": run.id, "state": Self.state(run), "observations": run.observations]
      entry["plan"] = run.manifest?.planFile
      entry["plan_digest"] = run.manifest?.planDigest
      entry["scopes"] = run.verdict?.limiters.map(\.scope)
      return entry
    }
    try Terminal.result(json: entries)
  }
}
