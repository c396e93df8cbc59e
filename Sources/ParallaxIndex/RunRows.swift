internal import GRDB
internal import ParallaxModel
internal import ParallaxStore

/// A stored run and its limiters as rows.
struct RunRows {
  private let run: StoredRun
  private let requests: Int

  /// - Parameter requests: that left a host.
  init(_ run: StoredRun, requests: Int) {
    self.run = run
    self.requests = requests
  }

  func insert(into database: Database) throws {
    let verdict = run.verdict
    try database.execute(
      sql: "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run.id, run.manifest.planFile, run.manifest.planDigest, run.manifest.protocolState?.configuration.clockOrigin,
        verdict?.status.rawValue, verdict?.inconclusive?.because, verdict?.inconclusive?.toSettle, requests,
        verdict?.duration,
      ])
    for (position, limiter) in (verdict?.limiters ?? []).enumerated() {
      try database.execute(
        sql: "INSERT INTO limiters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: StatementArguments(
          [
            run.id, position, ScopeName.of(limiter.scope), limiter.posterior, limiter.kind.rawValue,
            limiter.algorithm.name.rawValue,
          ] + Self.values(limiter.limit) + Self.values(limiter.window) + Self.values(limiter.burst)))
    }
  }

  private static func values(_ estimate: Estimate?) -> [(any DatabaseValueConvertible)?] {
    [estimate?.value, estimate?.low, estimate?.high]
  }
}

/// Inserts observations, one after the other.
final class ObservationInsertion {
  private let statement: Statement
  /// Of the observations inserted so far, those that left a host.
  private(set) var requests = 0

  init(_ database: Database) throws {
    statement = try database.makeStatement(
      sql: "INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  }

  func add(_ value: Observation, of run: String, _ design: Design) throws {
    let cell = design.cells[value.cell]
    try statement.execute(arguments: [
      run, value.id, cell.label, design.vantages[cell.vantage].name, cell.key, cell.account, value.stage.name,
      value.planned, value.sent, value.firstByte, value.end, value.clockBound, value.answer.status, value.reading.name,
      value.answer.failure.map { "\($0)" }, value.answer.bytes,
    ])
    if value.reading != .void(.notSent) { requests += 1 }
  }
}
