internal import ParallaxModel

/// Everything about a request that a limiter may key on.
public struct Identity: Hashable, Sendable {
  public var address: Address
  /// Numbers of the key and of the account that owns it; a key belongs to exactly one account.
  public var key: UInt16
  public var account: UInt16
  /// The level in each further dimension, eight bits each, the first in the lowest bits.
  public private(set) var levels: UInt64

  public init(address: Address, key: UInt16, account: UInt16, levels: [Int] = []) {
    precondition(levels.count <= DimensionSet.furtherLimit, "a plan has at most eight further dimensions")
    self.address = address
    self.key = key
    self.account = account
    self.levels = levels.reversed().reduce(0) { $0 << 8 | UInt64(UInt8($1)) }
  }

  /// The level in one further dimension.
  public func level(_ dimension: Int) -> Int {
    Int(levels >> UInt64(8 * dimension) & 0xFF)
  }
}
