internal import ParallaxLab
internal import ParallaxTestSupport

/// Does every trial in a lab that is its own for that time, several at once. A lab serves one trial after the other, each
/// with fresh buckets and an empty log.
func inLabs<Trial: Sendable, Result: Sendable>(
  _ trials: [Trial], atOnce width: Int, hosts: Int = 2, target: LabTargetConfiguration,
  _ body: @escaping @Sendable (Trial, LabDescription) async throws -> Result
) async throws -> [Result] {
  let count = max(1, min(width, trials.count))
  let shares = (0..<count).map { first in stride(from: first, to: trials.count, by: count).map { trials[$0] } }
  return try await severalAtOnce(shares, width: count) { share in
    try await withLab(LabConfiguration(hosts: hosts, ports: .free, target: target)) { lab in
      var results: [Result] = []
      for trial in share {
        let lab = try await blocking { try Lab.changeTarget(target, directory: lab.directory) }
        results.append(try await body(trial, lab))
      }
      return results
    }
  }.flatMap { $0 }
}
