/// Makes all calls at once and returns their results, in any order.
func concurrently<Value: Sendable>(_ calls: [@Sendable () async throws -> Value]) async throws -> [Value] {
  try await withThrowingTaskGroup(of: Value.self) { group in
    for call in calls { group.addTask { try await call() } }
    var values: [Value] = []
    for try await value in group { values.append(value) }
    return values
  }
}
