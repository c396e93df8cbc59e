internal import Foundation
internal import ParallaxIndex
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

/// Writes the observations of stored runs, one run after the other.
struct RunExport {
  let store: RunStore
  let runs: [String]

  func write(as format: ExportCommand.Format, to output: String?) throws {
    switch format {
    case .csv, .ndjson:
      let rows = rows(format == .csv ? .csv(defusesFormulas: true) : .ndjson)
      if let output { try rows.write(to: output) } else { try rows.print() }
    case .sqlite:
      let path = try required(output, "a file, such as runs.sqlite")
      let summary = try ObservationDatabase.make(at: path, runs: runs, from: store)
      for (id, problem) in summary.problems {
        Terminal.complain("note: \(id) is left out: \(InertText.inert(problem))")
      }
      Terminal.complain("\(summary.observations) observations of \(summary.runs) runs in \(InertText.inert(path))")
    case .parquet: try parquet(required(output, "a file, such as runs.parquet"))
    case .postgres: try postgres(required(output, "a URL, such as postgresql://researcher@db.example/limits"))
    }
  }

  private func required(_ output: String?, _ example: String) throws -> String {
    guard let output else { throw ParallaxError(.usage, "--output is missing", remedy: "name \(example)") }
    return output
  }

  private func rows(_ format: ObservationExport.Format) -> StoredRows {
    StoredRows(store: store, runs: runs, format: format)
  }

  // MARK: Through other programs

  private func parquet(_ path: String) throws {
    let duckdb = try ExternalTool.find("duckdb", remedy: "install it (pip install duckdb-cli), or export sqlite")
    try duckdb.run([
      "-c",
      "COPY (SELECT * FROM read_csv('/dev/stdin', header = true, auto_detect = false, quote = '\"', escape = '\"', "
        + "columns = {\(Self.columns)})) TO \(quoted(path)) (FORMAT parquet, COMPRESSION zstd)",
    ]) { try rows(.csv(defusesFormulas: false)).write(to: $0, path: path) }
  }

  private func postgres(_ url: String) throws {
    guard let parts = URLComponents(string: url), ["postgresql", "postgres"].contains(parts.scheme ?? "") else {
      throw ParallaxError(.usage, "--output is no PostgreSQL URL", remedy: "write postgresql://USER@HOST/DATABASE")
    }
    guard parts.password == nil else {
      throw ParallaxError(
        .usage, "--output holds a password, which every user of this machine could read in the list of processes",
        remedy: "leave it out and set PGPASSWORD, or write it to ~/.pgpass")
    }
    let psql = try ExternalTool.find("psql", remedy: "install the PostgreSQL client, or export csv")
    try psql.run([
      "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--dbname", url, "--command",
      PostgresTable.definition, "--command", "\\copy \(PostgresTable.name) FROM pstdin CSV HEADER",
    ]) { try rows(.csv(defusesFormulas: false)).write(to: $0, path: "psql") }
  }

  private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// As DuckDB declares them.
  private static let columns: String = ObservationExport.columnTypes(hasRun: true).map { name, type in
    let type =
      switch type {
      case .integer: "BIGINT"
      case .seconds: "DOUBLE"
      case .text: "VARCHAR"
      }
    return "'\(name)': '\(type)'"
  }.joined(separator: ", ")
}

/// The table that many people's runs may share.
enum PostgresTable {
  static let name = "parallax_observations"

  /// Columns as `ObservationExport` writes them.
  static let definition = """
    CREATE TABLE IF NOT EXISTS \(name) (
      run text NOT NULL, id bigint NOT NULL, cell text, vantage text, key text, account text, stage text,
      planned double precision, sent double precision, connecting double precision, connected double precision,
      secured double precision, first_byte double precision, "end" double precision,
      clock_bound double precision, status integer, reading text, void_reason text, failure text, layer text,
      server text, body text, bytes bigint, PRIMARY KEY (run, id))
    """
}
