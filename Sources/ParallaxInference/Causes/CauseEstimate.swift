/// The posterior over causes at one moment.
public struct CauseEstimate: Sendable {
  /// A cause with its probability and the likeliest way in which it shows.
  public struct Ranked: Sendable {
    public var cause: CauseKind
    public var posterior: Double
    public var hypothesis: CauseHypothesis
  }

  /// All causes, the likeliest first.
  public let ranked: [Ranked]

  init(_ hypotheses: [CauseHypothesis], posterior: [Double]) {
    var sums: [CauseKind: (posterior: Double, best: Int)] = [:]
    for index in hypotheses.indices {
      let cause = hypotheses[index].cause
      guard let known = sums[cause] else {
        sums[cause] = (posterior[index], index)
        continue
      }
      sums[cause] = (
        known.posterior + posterior[index], posterior[index] > posterior[known.best] ? index : known.best
      )
    }
    ranked = sums.map { Ranked(cause: $0.key, posterior: $0.value.posterior, hypothesis: hypotheses[$0.value.best]) }
      .sorted { ($1.posterior, $0.cause.rawValue) < ($0.posterior, $1.cause.rawValue) }
  }

  public var best: Ranked { ranked[0] }

  public func posterior(of cause: CauseKind) -> Double {
    ranked.first { $0.cause == cause }?.posterior ?? 0
  }

  /// The smallest set of causes that holds so much of the probability, the likeliest first.
  public func credible(_ mass: Double) -> [Ranked] {
    var sum = 0.0
    return Array(
      ranked.prefix { item in
        defer { sum += item.posterior }
        return sum < mass
      })
  }
}
