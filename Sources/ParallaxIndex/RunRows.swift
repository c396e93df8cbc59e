internal import GRDB
internal import ParallaxModel
internal import ParallaxStore

/// One stored run as rows.
struct RunRows {
  let run: StoredRun

  init(_ run: StoredRun) { self.run = run }

  func insert(into database: Database) throws {
    let verdict = run.verdict
    try database.execute(
      sql: "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run.id, run.manifest.planFile, run.manifest.planDigest, run.manifest.protocolState?.configuration.clockOrigin,
        verdict?.status.rawValue, verdict?.inconclusive?.because, verdict?.inconclusive?.toSettle,
        run.observations.count { $0.answer.failure != .notSent }, verdict?.duration,
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
    let insertion = try database.makeStatement(
      sql: "INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for observation in run.observations { try insertion.execute(arguments: arguments(observation)) }
  }

  private func arguments(_ value: Observation) -> StatementArguments {
    let design = run.manifest.design
    let cell = design.cells[value.cell]
    return [
      run.id, value.id, cell.label, design.vantages[cell.vantage].name, cell.key, cell.account, value.stage.name,
      value.planned, value.sent, value.firstByte, value.end, value.clockBound, value.answer.status, value.reading.name,
      value.answer.failure.map { "\($0)" }, value.answer.bytes,
    ]
  }

  private static func values(_ estimate: Estimate?) -> [(any DatabaseValueConvertible)?] {
    [estimate?.value, estimate?.low, estimate?.high]
  }
}
