internal import Glibc

/// Whether two samples come from the same distribution, without assuming which (H. B. Mann and D. R. Whitney, "On a test
/// of whether one of two random variables is stochastically larger than the other", Annals of Mathematical Statistics 18,
/// 1947). Exact for small samples without ties; otherwise the normal approximation, corrected for ties and continuity.
public struct MannWhitney: Sendable {
  /// Two-sided.
  public let p: Double
  /// Median of all differences between the second and the first sample (J. L. Hodges and E. L. Lehmann, 1963), with the
  /// interval that holds it with 95 % probability.
  public let shift: (value: Double, low: Double, high: Double)

  /// Fewer values than this show no difference, whatever they are.
  public static let least = 4
  private static let exactLimit = 20
  /// More differences than this are thinned evenly.
  private static let differenceLimit = 600

  /// nil where a sample is too small.
  public init?(_ first: [Double], _ second: [Double]) {
    guard first.count >= Self.least, second.count >= Self.least else { return nil }
    let (n, m) = (Double(first.count), Double(second.count))
    let (rankSum, ties) = Self.ranks(first, second)
    let u = rankSum - n * (n + 1) / 2
    let isSmall = first.count <= Self.exactLimit && second.count <= Self.exactLimit
    if isSmall, ties == 0 {
      p = Self.exact(u: Int(min(u, n * m - u).rounded()), first.count, second.count)
    } else {
      let variance = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
      let distance = max(0, abs(u - n * m / 2) - 0.5)
      p = variance > 0 ? min(1, erfc(distance / (2 * variance).squareRoot())) : 1
    }
    let deviation = (n * m * (n + m + 1) / 12).squareRoot()
    let differences = Self.differences(first, second)
    let tail = max(0, (n * m / 2 - 1.96 * deviation) / (n * m))
    shift = (
      LatencySummary.quantile(differences, 0.5), LatencySummary.quantile(differences, tail),
      LatencySummary.quantile(differences, 1 - tail)
    )
  }

  /// Sum of the ranks of the first sample, and the sum of t³ − t over groups of t equal values.
  private static func ranks(_ first: [Double], _ second: [Double]) -> (sum: Double, ties: Double) {
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var sum = 0.0
    var ties = 0.0
    var start = 0
    while start < all.count {
      var end = start
      while end < all.count, all[end].0 == all[start].0 { end += 1 }
      let rank = Double(start + end + 1) / 2
      sum += rank * Double(all[start..<end].count { $0.1 })
      let t = Double(end - start)
      ties += t * t * t - t
      start = end
    }
    return (sum, ties)
  }

  /// P(U <= u) twice, by counting the arrangements: the number with statistic k is that with the largest value in the
  /// first sample plus that with it in the second.
  private static func exact(u: Int, _ n: Int, _ m: Int) -> Double {
    var table = [[[Double]]](repeating: [[Double]](repeating: [], count: m + 1), count: n + 1)
    for i in 0...n {
      for j in 0...m {
        guard i > 0, j > 0 else {
          table[i][j] = [1]
          continue
        }
        var counts = [Double](repeating: 0, count: i * j + 1)
        for (k, count) in table[i - 1][j].enumerated() { counts[k + j] += count }
        for (k, count) in table[i][j - 1].enumerated() { counts[k] += count }
        table[i][j] = counts
      }
    }
    let total = table[n][m].reduce(0, +)
    return min(1, 2 * table[n][m].prefix(u + 1).reduce(0, +) / total)
  }

  private static func differences(_ first: [Double], _ second: [Double]) -> [Double] {
    let (a, b) = (thinned(first), thinned(second))
    return a.flatMap { x in b.map { $0 - x } }.sorted()
  }

  private static func thinned(_ sample: [Double]) -> [Double] {
    let sorted = sample.sorted()
    guard sorted.count > differenceLimit else { return sorted }
    return (0..<differenceLimit).map { sorted[$0 * (sorted.count - 1) / (differenceLimit - 1)] }
  }
}
