internal import ArgumentParser
internal import Foundation
internal import ParallaxStore

/// Exports a very long run to Parquet, and asks DuckDB about it.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "How a very long run gets into DuckDB, and how fast that answers.",
    discussion: """
      The journal takes some 330 bytes an observation, the Parquet file a tenth of that; nothing else is written. Exit 1
      when a goal is missed.
      """)

  @Option(help: "How many observations.")
  var rows = 100_000_000

  @Option(help: "The program under test; it finds duckdb in its PATH.")
  var parallax: String

  @Option(help: "Where the run and its export are kept while they are measured.")
  var directory = FileManager.default.temporaryDirectory.path

  func run() async throws {
    let place = "\(directory)/parallax-bench-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: place) }
    let run = SyntheticRun()
    let (id, seconds) = try run.store(rows, in: RunStore(directory: place), batch: 10_000)
    print("\(rows) observations stored in \(seconds.digits(1)) s")
    let parquet = "\(place)/run.parquet"
    let export = try MeasuredProcess.run(
      [parallax, "export", "--store", place, "--format", "parquet", "--output", parquet, id])
    let size = try FileManager.default.attributesOfItem(atPath: parquet)[.size] as? Int ?? 0
    let answers = "\(place)/answers.csv"
    let analysis = try MeasuredProcess.run(
      [
        "duckdb", "-csv", "-noheader", "-c",
        "SELECT count(*), sum(CAST(reading = 'limited' AS BIGINT)), count(DISTINCT cell), "
          + "approx_quantile(\"end\" - sent, 0.99) FROM read_parquet('\(parquet)')",
      ], output: answers)
    let answer = try String(contentsOfFile: answers, encoding: .utf8).split(separator: ",").compactMap { Double($0) }
    let limited = (0..<rows).reduce(0) { $0 + (run.isLimited($1) ? 1 : 0) }
    let goals = [
      atLeast("exported to Parquet, rows/s", Double(rows) / export.seconds, 200_000),
      atMost("exporting, DuckDB included, MB", export.megabytes, 4000),
      atMost("Parquet, bytes a row", Double(size) / Double(rows), 60),
      atMost("DuckDB's answer, s", analysis.seconds, 60),
      Goal(
        name: "rows and refusals as stored", value: answer.prefix(3) == [Double(rows), Double(limited), 4] ? 1 : 0,
        target: 1, isAtMost: false),
    ]
    try Goal.judge(goals)
  }
}
