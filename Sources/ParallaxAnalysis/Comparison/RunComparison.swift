internal import ParallaxModel

/// Two runs held beside each other: what changed, what is the same within noise, and what cannot be compared.
public struct RunComparison: Sendable {
  public enum Outcome: String, Hashable, Sendable, CaseIterable { case changed, same, incomparable }

  /// One thing that both runs say something about.
  public struct Item: Hashable, Sendable {
    /// `scope`, `limit`, `latency of nyc1`...
    public var subject: String
    public var outcome: Outcome
    public var before: String
    public var after: String
    /// The difference with its interval, or why there is none.
    public var because: String
    /// Probability of such a difference by chance, where it was tested.
    public var p: Double?
  }

  public let baseline: MeasuredRun
  public let other: MeasuredRun
  public let items: [Item]
  /// What a reader should know about the two as a whole.
  public let notes: [String]

  /// Differences less probable than this by chance are changes; over all latencies together (S. Holm, 1979).
  static let significance = 0.05

  public init(_ baseline: MeasuredRun, _ other: MeasuredRun) {
    self.baseline = baseline
    self.other = other
    let ground = Ground(baseline, other)
    notes = ground.notes
    items =
      LimiterComparison(baseline, other).items + CellComparison(baseline, other, ground).items
      + LatencyComparison(baseline, other, ground).items
  }

  public func items(_ outcome: Outcome) -> [Item] { items.filter { $0.outcome == outcome } }
  public var hasChanged: Bool { items.contains { $0.outcome == .changed } }
}

/// On what ground two runs can be compared at all.
struct Ground {
  /// Both asked the same thing, from whatever hosts were there.
  let isSamePlan: Bool
  /// Vantages that only one of them had, each with the run that lacks it.
  let lost: [(vantage: String, run: String)]
  let notes: [String]

  init(_ baseline: MeasuredRun, _ other: MeasuredRun) {
    let names = [baseline, other].map { Set($0.design.vantages.map(\.name)) }
    lost =
      names[0].subtracting(names[1]).sorted().map { ($0, other.id) }
      + names[1].subtracting(names[0]).sorted().map { ($0, baseline.id) }
    let sameText = baseline.planText.map { $0 == other.planText } ?? false
    isSamePlan = baseline.planDigest == other.planDigest || (sameText && !lost.isEmpty)
    var notes: [String] = []
    if !isSamePlan {
      notes.append("The plans differ (\(baseline.planDigest.prefix(19)) and \(other.planDigest.prefix(19))).")
    }
    notes += lost.map { "\($0.vantage) took no part in \($0.run)." }
    for run in [baseline, other] where run.verdict?.status != .determined {
      notes.append("\(run.id) determined nothing: \(run.verdict?.status.rawValue ?? "it has no verdict").")
    }
    self.notes = notes
  }
}
