public import ParallaxModel

/// What a limiter keeps apart: one bucket per value of these dimensions. Empty means one bucket for everyone.
public struct Scope: Hashable, Sendable {
  public var dimensions: DimensionSet
  public var prefix: PrefixLengths
  /// The further dimension whose level, where it is not the reference's 0, is taken for the client's address: a
  /// limiter that trusts `X-Forwarded-For`.
  public var forwardedAddress: Int?

  public init(_ dimensions: DimensionSet, prefix: PrefixLengths = .whole, forwardedAddress: Int? = nil) {
    self.dimensions = dimensions
    self.prefix = prefix
    self.forwardedAddress = forwardedAddress
  }

  /// The bucket that a request falls into, on one of the limiter's workers.
  func bucket(of identity: Identity, worker: Int) -> BucketKey {
    var bucket = BucketKey(address: 0, names: UInt64(worker), levels: identity.levels & levelMask)
    if dimensions.contains(.ip) { bucket.address = addressBits(of: identity) }
    if dimensions.contains(.key) { bucket.names |= UInt64(identity.key) << 16 }
    if dimensions.contains(.account) { bucket.names |= UInt64(identity.account) << 32 }
    return bucket
  }

  private func addressBits(of identity: Identity) -> UInt128 {
    if let forwardedAddress {
      let level = identity.level(forwardedAddress)
      // Documentation addresses (RFC 3849) that no vantage of a world has.
      if level > 0 { return 0x2001_0DB8_FFFF_0000_0000_0000_0000_0000 | UInt128(level) }
    }
    return identity.address.network(prefix).bits
  }

  private var levelMask: UInt64 {
    var mask: UInt64 = 0
    var further = dimensions.rawValue >> 3
    var byte: UInt64 = 0xFF
    while further != 0 {
      if further & 1 == 1 { mask |= byte }
      further >>= 1
      byte <<= 8
    }
    return mask
  }
}

/// The exact value of a scope's dimensions; two requests share a bucket if and only if these are equal.
struct BucketKey: Hashable, Sendable {
  var address: UInt128
  /// Account, key and worker, sixteen bits each.
  var names: UInt64
  var levels: UInt64
}
