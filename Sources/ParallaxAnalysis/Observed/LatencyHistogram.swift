/// Counts of durations in buckets that grow with them, so that quantiles of any number of requests take the same memory.
///
/// A bucket is a hundred-and-twenty-eighth of a power of two wide: a quantile is off by less than 0.8 %. (The layout is that
/// of G. Tene's HdrHistogram, read straight off the bits of an IEEE double.)
public struct LatencyHistogram: Hashable, Sendable {
  /// Powers of two of seconds that are told apart: a microsecond to four hours.
  private static let exponents = -20..<14
  private static let perExponent = 128
  private static let shift: UInt64 = 52 - 7
  private static let first = Int(bits(of: -20) >> shift)

  public private(set) var count = 0
  public private(set) var max = 0.0
  /// Grows to the highest bucket in use.
  private var buckets: [UInt32] = []

  public init() {}

  /// All that `other` counts, too.
  public mutating func add(_ other: LatencyHistogram) {
    count += other.count
    max = Swift.max(max, other.max)
    if other.buckets.count > buckets.count {
      buckets.append(contentsOf: repeatElement(0, count: other.buckets.count - buckets.count))
    }
    for (index, number) in other.buckets.enumerated() { buckets[index] &+= number }
  }

  /// - Parameter seconds: below a microsecond counts as one.
  public mutating func add(_ seconds: Double) {
    count += 1
    max = Swift.max(max, seconds)
    let place = Int(truncatingIfNeeded: Swift.max(0, seconds).bitPattern >> Self.shift) - Self.first
    let bucket = Swift.min(Swift.max(0, place), Self.exponents.count * Self.perExponent - 1)
    if bucket >= buckets.count { buckets.append(contentsOf: repeatElement(0, count: bucket + 1 - buckets.count)) }
    buckets[bucket] &+= 1
  }

  /// The duration below which this share of all lies, seconds; 0 of nothing.
  public func quantile(_ share: Double) -> Double {
    guard count > 0 else { return 0 }
    // The rank is counted from one half, so that the median of a single one is the middle of its bucket.
    let rank = share * Double(count)
    var below = 0.0
    for (index, number) in buckets.enumerated() where number > 0 {
      if below + Double(number) >= rank {
        let inside = Swift.min(1, Swift.max(0, (rank - below) / Double(number)))
        return Swift.min(max, Self.start(of: index) + inside * (Self.start(of: index + 1) - Self.start(of: index)))
      }
      below += Double(number)
    }
    return max
  }

  private static func start(of bucket: Int) -> Double { Double(bitPattern: UInt64(bucket + first) << shift) }

  private static func bits(of exponent: Int) -> UInt64 { UInt64(1023 + exponent) << 52 }
}
