internal import Foundation
internal import GRDB
public import ParallaxModel
public import ParallaxStore

/// Stored runs as an SQLite database, for questions that span runs. The journals stay the truth: a database can be made
/// from them again at any time.
///
/// Tables: `runs`, `limiters` and `observations`; docs/QUERIES.md says what is in them.
public enum ObservationDatabase {
  /// What came of making one.
  public struct Summary: Sendable, Hashable {
    public var runs = 0
    public var observations = 0
    /// Runs that could not be read, with the reason.
    public var problems: [String: String] = [:]
  }

  /// Makes the database at a path, in place of what is there; until it is complete the old one stays.
  ///
  /// - Parameters:
  ///   - runs: names of runs; a damaged one is left out and named among the problems.
  ///   - load: one run after the other, so that only one is in memory.
  ///
  /// Errors: `storeFailed` where the database cannot be written.
  public static func make(
    at path: String, runs: [String], load: (String) throws(ParallaxError) -> StoredRun
  ) throws(ParallaxError) -> Summary {
    let partial = path + ".partial"
    do {
      try? FileManager.default.removeItem(atPath: partial)
      var summary = Summary()
      do {
        let queue = try DatabaseQueue(path: partial)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { database in
          // It is either renamed when it is whole, or made again.
          try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
          try database.execute(sql: Schema.tables)
          for id in runs { try add(id, load, to: database, &summary) }
          try database.execute(sql: Schema.indices)
        }
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: partial)
      guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      return summary
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw ParallaxError(
        .storeFailed, "the database cannot be written", at: ParallaxError.Location(file: path),
        remedy: "make room, or name another place", cause: "\(error)")
    }
  }

  private static func add(
    _ id: String, _ load: (String) throws(ParallaxError) -> StoredRun, to database: Database, _ summary: inout Summary
  ) throws {
    let run: StoredRun
    do throws(ParallaxError) {
      run = try load(id)
    } catch {
      summary.problems[id] = error.message
      return
    }
    try database.inTransaction {
      try RunRows(run).insert(into: database)
      return .commit
    }
    summary.runs += 1
    summary.observations += run.observations.count
  }
}
