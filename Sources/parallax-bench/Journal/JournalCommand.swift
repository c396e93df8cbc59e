internal import ArgumentParser
internal import Foundation
internal import ParallaxStore

/// Stores a run of many observations and reports it in every form.
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "How fast a run is kept and reported, and in how much memory.",
    discussion: """
      Seconds are on the wall, memory is the largest size of the reporting process. Every batch is on stable storage when
      its time ends. Exit 1 when a goal is missed; the goals hold for ten million observations and fewer.
      """)

  @Option(help: "How many observations.")
  var rows = 10_000_000

  @Option(help: "How many of them are acknowledged at once.")
  var batch = 2000

  @Option(help: "The program under test.")
  var parallax: String

  @Option(help: "Where the run is kept while it is measured; some 300 bytes an observation.")
  var directory = FileManager.default.temporaryDirectory.path

  @Flag(help: "Leave the store there, to look into it.")
  var keep = false

  private static let reports = ["table", "html", "md", "json"]
  private static let rowReports = ["csv", "ndjson"]

  func run() async throws {
    let place = "\(directory)/parallax-bench-\(UUID().uuidString)"
    defer { if keep { print("kept in \(place)") } else { try? FileManager.default.removeItem(atPath: place) } }
    let store = RunStore(directory: place)
    let (id, seconds) = try SyntheticRun().store(rows, in: store, batch: batch)
    let path = "\(place)/runs/\(id).journal"
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    var goals = [atLeast("appended and durable, 1/s", Double(rows) / seconds, 200_000)]
    print(
      "\(rows) observations, \(size / max(1, rows)) bytes each, appended \(batch) at a time in \(seconds.digits(1)) s")
    for format in Self.reports + Self.rowReports {
      let output = "\(place)/report.\(format)"
      let isRows = Self.rowReports.contains(format)
      let report = try MeasuredProcess.run(
        [parallax, "report", "--store", place, "--format", format, id], output: isRows ? "/dev/null" : output)
      goals.append(
        isRows
          ? atLeast("\(format), rows/s", Double(rows) / report.seconds, 400_000)
          : atMost("\(format), s", report.seconds, 10))
      goals.append(atMost("\(format), MB", report.megabytes, 300))
      if format == "html" {
        let bytes = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int ?? 0
        goals.append(atMost("size of the page, MB", Double(bytes) / 1e6, 1))
      }
    }
    try Goal.judge(goals)
  }
}
