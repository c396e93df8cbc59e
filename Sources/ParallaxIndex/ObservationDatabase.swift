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
  ///   - store: where they are read from, observation by observation.
  ///
  /// Errors: `storeFailed` where the database cannot be written.
  public static func make(
    at path: String, runs: [String], from store: RunStore
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
          for id in runs { try add(id, from: store, to: database, &summary) }
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

  /// All of a run, or nothing of it.
  private static func add(
    _ id: String, from store: RunStore, to database: Database, _ summary: inout Summary
  ) throws {
    let insertion = try ObservationInsertion(database)
    var failure: (any Error)?
    var observations = 0
    try database.inTransaction {
      do throws(ParallaxError) {
        // The row of the run comes last, when its verdict is known.
        var design: Design?
        let run = try store.readRun(
          id, begin: { design = $0.design }, wantsAnswer: { false },
          take: { observation throws(ParallaxError) in
            do { if let design { try insertion.add(observation, of: id, design) } } catch {
              failure = error
              throw ParallaxError(.storeFailed, "the database cannot be written")
            }
            observations += 1
          })
        do { try RunRows(run, requests: insertion.requests).insert(into: database) } catch { failure = error }
      } catch {
        if failure == nil { summary.problems[id] = error.message }
        return .rollback
      }
      return failure == nil ? .commit : .rollback
    }
    if let failure { throw failure }
    guard summary.problems[id] == nil else { return }
    summary.runs += 1
    summary.observations += observations
  }
}
