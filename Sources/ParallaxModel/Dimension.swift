/// Something about a request that can be varied, beyond the three that every plan has (`ip`, `key`, `account`).
///
/// A dimension named `path` replaces the path of the target's URL; any other is filled in where the plan's templates
/// name it as `{{name}}`. The first level is the reference level.
public struct Dimension: Hashable, Sendable {
  public var name: String
  public var levels: [String]

  public init(name: String, levels: [String]) {
    self.name = name
    self.levels = levels
  }
}

/// A set of dimensions of identity, as a bit mask: what a cell changes, or what a limiter is keyed on.
///
/// Bits 0, 1 and 2 are `ip`, `key` and `account`; bit 3 + i is the plan's further dimension i.
public struct DimensionSet: OptionSet, Hashable, Sendable, Comparable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let ip = DimensionSet(rawValue: 1)
  public static let key = DimensionSet(rawValue: 2)
  public static let account = DimensionSet(rawValue: 4)

  /// How many further dimensions a plan may have.
  public static let furtherLimit = 8

  public static func further(_ index: Int) -> DimensionSet {
    precondition((0..<furtherLimit).contains(index), "a plan has at most \(furtherLimit) further dimensions")
    return DimensionSet(rawValue: 1 << UInt32(3 + index))
  }

  public static func < (a: DimensionSet, b: DimensionSet) -> Bool { a.rawValue < b.rawValue }

  /// The names in declared order: `ip`, `key`, `account`, then the plan's own.
  public func names(further: [Dimension]) -> [String] {
    let all = ["ip", "key", "account"] + further.map(\.name)
    return all.indices.filter { rawValue & (1 << UInt32($0)) != 0 }.map { all[$0] }
  }
}
