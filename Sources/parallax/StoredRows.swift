internal import Foundation
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

/// The observations of stored runs as rows, one run after the other and never more than a piece of one in memory.
struct StoredRows {
  let store: RunStore
  let runs: [String]
  let format: ObservationExport.Format
  /// Whether the first column names the run.
  var namesRuns = true

  private static let piece = 1 << 18

  /// On standard output; a reader that goes away (`| head`) ends it.
  func print() throws { try write(to: .standardOutput, path: "standard output") }

  /// To a file for its owner alone.
  func write(to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Self.unwritable(path, "\(POSIXError(.EACCES))") }
    defer { try? handle.close() }
    try write(to: handle, path: path)
  }

  /// - Parameter path: how errors name it.
  func write(to handle: FileHandle, path: String) throws {
    func put(_ bytes: [UInt8]) throws(ParallaxError) {
      do { try handle.write(contentsOf: Data(bytes)) } catch { throw Self.unwritable(path, "\(error)") }
    }
    if case .csv = format { try put(Array(ObservationExport.csvHeader(hasRun: namesRuns).utf8)) }
    for id in runs {
      var rows: ObservationRows?
      _ = try store.readRun(
        id, begin: { rows = ObservationRows(format, design: $0.design, run: namesRuns ? id : nil) },
        wantsAnswer: { false },
        take: { observation throws(ParallaxError) in
          rows?.append(observation)
          if (rows?.bytes.count ?? 0) >= Self.piece { try put(rows?.take() ?? []) }
        })
      try put(rows?.take() ?? [])
    }
  }

  private static func unwritable(_ path: String, _ cause: String) -> ParallaxError {
    ParallaxError(
      .storeFailed, "the export cannot be written", at: ParallaxError.Location(file: path),
      remedy: "name a place that can be written to", cause: cause)
  }
}
