/// A source address as a limiter sees it. IPv4 is held as an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2).
public struct Address: Hashable, Sendable {
  public let bits: UInt128

  private static let mapped: UInt128 = 0xFFFF << 32

  public init(v6 bits: UInt128) {
    self.bits = bits
  }

  public init(v4 bits: UInt32) {
    self.bits = Self.mapped | UInt128(bits)
  }

  /// `Address(203, 0, 113, 9)` is 203.0.113.9.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    self.init(v4: UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
  }

  public var isV4: Bool { bits >> 32 == Self.mapped >> 32 }

  /// The address with everything after the prefix set to zero.
  public func network(_ prefix: PrefixLengths) -> Address {
    let kept = isV4 ? 96 + prefix.v4 : prefix.v6
    let host = 128 - kept
    return Address(v6: host >= 128 ? 0 : (bits >> UInt128(host)) << UInt128(host))
  }
}

/// How much of an address tells clients apart. The whole of it, unless told otherwise.
public struct PrefixLengths: Hashable, Sendable {
  public var v4: Int
  public var v6: Int

  public init(v4: Int = 32, v6: Int = 128) {
    precondition((0...32).contains(v4) && (0...128).contains(v6), "a prefix is at most as long as the address")
    self.v4 = v4
    self.v6 = v6
  }

  public static let whole = PrefixLengths()
}
