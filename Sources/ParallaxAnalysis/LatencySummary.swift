/// Where latencies lie, in seconds.
public struct LatencySummary: Hashable, Sendable {
  public let count: Int
  /// The twentieth part lies below, and another above `high`.
  public let low: Double
  public let lowerQuartile: Double
  public let median: Double
  public let upperQuartile: Double
  public let high: Double

  /// nil of nothing.
  public init?(_ latencies: [Double]) {
    guard !latencies.isEmpty else { return nil }
    let sorted = latencies.sorted()
    count = sorted.count
    low = Self.quantile(sorted, 0.05)
    lowerQuartile = Self.quantile(sorted, 0.25)
    median = Self.quantile(sorted, 0.5)
    upperQuartile = Self.quantile(sorted, 0.75)
    high = Self.quantile(sorted, 0.95)
  }

  /// nil of nothing.
  public init?(_ histogram: LatencyHistogram) {
    guard histogram.count > 0 else { return nil }
    count = histogram.count
    low = histogram.quantile(0.05)
    lowerQuartile = histogram.quantile(0.25)
    median = histogram.quantile(0.5)
    upperQuartile = histogram.quantile(0.75)
    high = histogram.quantile(0.95)
  }

  /// Linear between neighbours (R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
  /// Statistician 50, 1996: definition 7).
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
