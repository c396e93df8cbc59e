public import ParallaxModel

/// Cells as bits, by their id.
public typealias CellMask = UInt64

/// One answer to the question: what the limiter, or two of them, is keyed on.
public struct Hypothesis: Hashable, Sendable {
  /// One set for each limiter; empty for a pattern that no scope explains.
  public var scopes: [DimensionSet]
  /// Which cells share the reference's bucket. The reference is always one of them.
  public var shared: CellMask
  public var prior: Double
  /// For every cell the number of the bucket it spends while it is separate; cells with the same number share one.
  var ownBucket: [Int]
  /// Cells that share the bucket too but cost less, so that they pass a few times when the reference is denied.
  public var cheaper: CellMask = 0
  /// The index of `shared` among the distinct ones of the lattice.
  var pattern: Int

  /// Whether all cells that change an identity are drained together: what an outage looks like too.
  public var isEveryone: Bool

  /// Whether the same cells spend the same bucket under both, whatever they cost: then no probe of the design can tell
  /// their scopes apart.
  func looksLike(_ other: Hypothesis) -> Bool { (shared | cheaper) == (other.shared | other.cheaper) }
}
