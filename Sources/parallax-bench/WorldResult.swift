internal import ParallaxModel
internal import ParallaxSimulator

/// What came of one world.
struct WorldResult: Sendable {
  var seed: UInt64
  var truth: Truth
  var judgement: Judgement
  var conclusion: Conclusion
  /// The highest posterior that the conclusion states, and whether the scopes that it belongs to are right; nil
  /// without a leading answer.
  var claim: (posterior: Double, isRight: Bool)?
  /// Requests and virtual seconds until the scope was known.
  var requests: Int
  var seconds: Double
  /// Requests of the whole run.
  var totalRequests: Int
  var lowerBound: Double?
  /// Whether following the next step that an inconclusive result names gave the right answer.
  var settled: Bool?
  /// Whether both layers were found and right; nil where the second cannot be reached within the budget.
  var foundBoth: Bool?
  var parameters: ParameterCheck?
  var baselines: [Baseline: Baseline.Result] = [:]

  var ratio: Double? { lowerBound.map { Double(requests) / $0 } }
}
