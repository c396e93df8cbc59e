/// What came of one promise of the plan.
public struct ExpectationResult: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case kept, broken
    /// The run does not show it, one way or the other.
    case unknown
  }

  /// The promise, as it stands in the plan: `scope: [account]`.
  public var name: String
  public var outcome: Outcome
  /// What was seen.
  public var because: String
  /// Where the promise stands in the plan, from 1.
  public var line: Int?

  public init(name: String, outcome: Outcome, because: String, line: Int? = nil) {
    self.name = name
    self.outcome = outcome
    self.because = because
    self.line = line
  }
}

extension [ExpectationResult] {
  /// The worst of them: a broken promise, or else one that could not be shown.
  public var outcome: ExpectationResult.Outcome {
    contains { $0.outcome == .broken } ? .broken : contains { $0.outcome == .unknown } ? .unknown : .kept
  }
}
