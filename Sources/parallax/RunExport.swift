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
      guard let output else {
        return try rows(as: format, isForPeople: true) { Terminal.write($0, to: .standardOutput) }
      }
      try file(output, as: format, isForPeople: true)
    case .sqlite:
      let path = try required(output, "a file, such as runs.sqlite")
      let summary = try ObservationDatabase.make(at: path, runs: runs) { id throws(ParallaxError) in
        try store.loadRun(id)
      }
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

  // MARK: Rows

  /// - Parameter isForPeople: whether spreadsheets may open it: then what they would take for formulas is defused.
  private func rows(
    as format: ExportCommand.Format, isForPeople: Bool, _ write: (String) throws -> Void
  ) throws {
    for (index, id) in runs.enumerated() {
      let run = try store.loadRun(id)
      let design = run.manifest.design
      // In pieces, so that the text of a long run never stands in memory as a whole.
      for start in stride(from: 0, to: max(1, run.observations.count), by: 10_000) {
        let piece = Array(run.observations[start..<min(start + 10_000, run.observations.count)])
        try write(
          format == .csv
            ? ObservationExport.csv(
              piece, design: design, run: id, hasHeader: index == 0 && start == 0, defusesFormulas: isForPeople)
            : ObservationExport.ndjson(piece, design: design, run: id))
      }
    }
  }

  private func file(_ path: String, as format: ExportCommand.Format, isForPeople: Bool) throws {
    do {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
        let handle = FileHandle(forWritingAtPath: path)
      else { throw POSIXError(.EACCES) }
      defer { try? handle.close() }
      try rows(as: format, isForPeople: isForPeople) { try handle.write(contentsOf: Data($0.utf8)) }
    } catch let error as ParallaxError {
      throw error
    } catch {
      throw ParallaxError(
        .storeFailed, "the export cannot be written", at: ParallaxError.Location(file: path),
        remedy: "name a place that can be written to", cause: "\(error)")
    }
  }

  // MARK: Through other programs

  private func parquet(_ path: String) throws {
    let duckdb = try ExternalTool.find("duckdb", remedy: "install it (pip install duckdb-cli), or export sqlite")
    try withTemporaryFile("rows.ndjson", as: .ndjson) { rows in
      try duckdb.run([
        "-c",
        "COPY (SELECT * FROM read_json(\(quoted(rows)), format = 'newline_delimited', sample_size = -1)) "
          + "TO \(quoted(path)) (FORMAT parquet, COMPRESSION zstd)",
      ])
    }
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
    try withTemporaryFile("rows.csv", as: .csv) { rows in
      try psql.run([
        "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--dbname", url, "--command",
        PostgresTable.definition, "--command", "\\copy \(PostgresTable.name) FROM \(quoted(rows)) CSV HEADER",
      ])
    }
  }

  private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  private func withTemporaryFile(
    _ name: String, as format: ExportCommand.Format, _ body: (String) throws -> Void
  ) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("parallax-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try file(directory + "/" + name, as: format, isForPeople: false)
    try body(directory + "/" + name)
  }
}

/// The table that many people's runs may share.
enum PostgresTable {
  static let name = "parallax_observations"

  /// Columns as `ObservationExport` writes them.
  static let definition = """
    CREATE TABLE IF NOT EXISTS \(name) (
      run text NOT NULL, id bigint NOT NULL, cell text, vantage text, key text, account text, stage text,
      planned double precision, sent double precision, connecting double precision, connected double precision,
      secured double precision, first_byte double precision, "end" double precision, clock_bound double precision, status integer, reading text, void_reason text,
      failure text, layer text, server text, body text, bytes bigint, PRIMARY KEY (run, id))
    """
}
