internal import ParallaxModel
internal import ParallaxWire

/// What an agent is told to send.
extension AgentLink {
  /// Requests at instants of the agent's clock. Returns when all are answered or given up; `allowance` is how many
  /// seconds that may take.
  func perform(
    _ items: [ScheduleOrder.Item], stage: Stage, lead: Int64, answerDeadline: Double, allowance: Double
  ) async throws -> BatchIntake {
    batch += 1
    let order = ScheduleOrder(
      batch: batch, stage: stage, items: items, lead: lead, answerDeadline: Int64(answerDeadline * 1e9))
    return try await perform(
      .schedule(order), number: batch, cells: Dictionary(items.map { ($0.cell, 1) }, uniquingKeysWith: +),
      requests: items.count, allowance: allowance)
  }

  /// An exhaust loop on the agent. `requests` caps it, its follow-up included.
  func perform(
    _ specification: RampSpecification, answerDeadline: Double, requests: Int, allowance: Double
  ) async throws -> BatchIntake {
    batch += 1
    let order = RampOrder(
      batch: batch, specification: specification, answerDeadline: Int64(answerDeadline * 1e9))
    // Any part of it may be of the cell itself; of the others, what the follow-up asks of each.
    let cells = Dictionary(specification.followUp.map { ($0, Self.probesInFollowUp) }, uniquingKeysWith: +)
      .merging([specification.cell: requests]) { $1 }
    return try await perform(.ramp(order), number: batch, cells: cells, requests: requests, allowance: allowance)
  }

  private func perform(
    _ order: ControllerMessage, number: Int, cells asked: [Int: Int], requests: Int, allowance: Double
  ) async throws -> BatchIntake {
    let cells = Set(asked.keys)
    if let failed = mailbox.failed {
      var intake = BatchIntake(host: host, cells: cells, requests: requests)
      intake.failure = failed
      intake.mayHaveBegun = false
      return intake
    }
    batches[number] = BatchIntake(host: host, cells: cells, requests: requests)
    granted = charged + requests
    for (cell, count) in asked { allotted[cell] = chargedByCell[cell, default: 0] + count }
    let message: AgentMessage
    do {
      try await send(lease)
      try await send(order)
      message = try await answer(.batch(number), deadline: allowance, what: "the agent on \(host)")
    } catch {
      // What was recorded before the link broke is still worth having.
      var intake = batches.removeValue(forKey: number) ?? BatchIntake(host: host, cells: cells, requests: requests)
      intake.failure = mailbox.failed ?? (error as? ParallaxError)
      return intake
    }
    var intake = batches.removeValue(forKey: number) ?? BatchIntake(host: host, cells: cells, requests: requests)
    if case .batchDone(let done) = message {
      charged = max(charged, done.charged)
      intake.done = done
    }
    return intake
  }

  /// What came in since the last time, over all batches under way.
  func takeRecords() -> [AgentRecord] {
    var records: [AgentRecord] = []
    for number in batches.keys.sorted() { records += batches[number]?.takeRecords() ?? [] }
    return records
  }
}
