internal import ParallaxModel

/// Runs work under a deadline in seconds. When it passes, `onTimeout` must make the work end (close its stream); the
/// error says what was waited for.
func withDeadline<Value: Sendable>(
  _ seconds: Double, _ what: String, _ work: @escaping @Sendable () async throws -> Value,
  onTimeout: @escaping @Sendable () async -> Void
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      return nil
    }
    defer { group.cancelAll() }
    let first: Value??
    do {
      first = try await group.next()
    } catch {
      // Given up from outside: the work must end here too, for the group waits for it.
      if Task.isCancelled { await onTimeout() }
      throw error
    }
    guard let value = first ?? nil else {
      await onTimeout()
      throw ParallaxError(.linkFailed, "\(what) did not answer within \(Int(seconds.rounded(.up))) s")
    }
    return value
  }
}
