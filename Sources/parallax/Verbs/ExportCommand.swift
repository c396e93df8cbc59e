internal import ArgumentParser
internal import ParallaxModel
internal import ParallaxStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Exports the observations of stored runs.",
    discussion: """
      csv and ndjson need nothing else; sqlite makes a database of runs, limiters and observations. parquet goes through \
      the program duckdb, postgres through psql, which must be there: --output is then a URL without a password \
      (psql takes that from PGPASSWORD or ~/.pgpass), and rows are added to the table parallax_observations.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson, sqlite, parquet, postgres }

  @OptionGroup var common: CommonOptions

  @Option(help: "csv, ndjson, sqlite, parquet or postgres.")
  var format = Format.csv

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file, or postgresql:// URL (default for csv and ndjson: standard output).", valueName: "path"))
  var output: String?

  @Flag(help: "All stored runs.")
  var all = false

  @Argument(help: ArgumentHelp("The runs (default: latest).", valueName: "run"))
  var runs: [String] = []

  func validate() throws {
    if all, !runs.isEmpty { throw ValidationError("say --all or name runs, not both") }
  }

  func run() throws {
    let store = RunStore(directory: common.store)
    let ids = all ? try store.listRuns().map(\.id).reversed() : try names.map { try store.identifier(matching: $0) }
    try RunExport(store: store, runs: ids).write(as: format, to: output)
  }

  private var names: [String] { runs.isEmpty ? ["latest"] : runs }
}
