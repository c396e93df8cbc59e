public import ParallaxModel

/// One way in which a cause shows: which cells are limited, and how that goes on in time.
public struct CauseHypothesis: Hashable, Sendable {
  /// How the limited cells answer as time goes by.
  public enum Course: Hashable, Sendable, CaseIterable {
    /// Limited for good.
    case constant
    /// Others spend it: a quota that is empty until its window ends, or a bucket that is eaten as it refills.
    case spent
    /// It ends after a silence, and every request of ours puts that off.
    case renewed
  }

  public var cause: CauseKind
  /// What the limit or block goes by; empty for everyone.
  public var scope: DimensionSet
  public var limited: CellMask
  public var course: Course
  /// Whether the target tells a real key from one that it must not know.
  public var knowsKeys: Bool
  /// Relative to the others.
  public var prior: Double
}

extension Cell {
  /// A key that the target must not know, or none.
  public var hasUnknownKey: Bool { label.first == "G" || label.first == "Z" }
  /// A further key of the reference's account, made like the reference's.
  public var isPeer: Bool { label.first == "N" }
  /// The reference's request at a smaller cost.
  public var isCheaper: Bool { label.first == "C" }
}
