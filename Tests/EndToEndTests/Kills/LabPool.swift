internal import ParallaxLab
internal import ParallaxTestSupport

/// Does every trial in a lab that is its own for that time, several at once. A lab serves one trial after the other, each
/// with fresh buckets and an empty log.
func inLabs<Trial: Sendable, Result: Sendable>(
  _ trials: [Trial], atOnce width: Int, target: LabTargetConfiguration,
  _ body: @escaping @Sendable (Trial, LabDescription) async throws -> Result
) async throws -> [Result] {
  let count = max(1, min(width, trials.count))
  return try await withLabs(count, LabConfiguration(hosts: 2, ports: .free, target: target)) { labs in
    let shares = labs.enumerated().map { first, lab in
      (lab, stride(from: first, to: trials.count, by: count).map { trials[$0] })
    }
    return try await severalAtOnce(shares, width: count) { lab, share in
      var results: [Result] = []
      for trial in share {
        let lab = try await blocking { try Lab.changeTarget(target, directory: lab.directory) }
        results.append(try await body(trial, lab))
      }
      return results
    }.flatMap { $0 }
  }
}

/// Brings up so many labs one after the other: two that look for free ports at once can find the same.
private func withLabs<T>(
  _ count: Int, _ configuration: LabConfiguration, _ labs: [LabDescription] = [],
  _ body: ([LabDescription]) async throws -> T
) async throws -> T {
  guard labs.count < count else { return try await body(labs) }
  return try await withLab(configuration) { lab in
    try await withLabs(count, configuration, labs + [lab], body)
  }
}
