internal import ParallaxModel

/// The random numbers of a world, from SplitMix64. Streams that must not disturb one another are derived by number:
/// drawing once more from one leaves the others as they were.
public struct SeededRandom: RandomNumberGenerator, Sendable, Hashable {
  private var generator: SplitMix64

  public init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
  }

  /// A generator whose numbers are independent of `seed`'s own and of every other stream's.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SeededRandom(seed: seed ^ (stream &* 0xD1B5_4A32_D192_ED03))
    generator = SplitMix64(seed: mixer.next() ^ stream)
  }

  public mutating func next() -> UInt64 { generator.next() }

  /// The finaliser on its own: a well-mixed function of 64 bits.
  public static func mix(_ value: UInt64) -> UInt64 { SplitMix64.mix(value) }

  /// Uniform in [0, 1), with 53 random bits.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True with the given probability.
  public mutating func chance(_ probability: Double) -> Bool {
    unit() < probability
  }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * unit()
  }

  /// Uniform in 0 ..< count. The bias of the multiplication is below 2^-32 for any count used here.
  public mutating func index(below count: Int) -> Int {
    Int(((next() >> 32) &* UInt64(count)) >> 32)
  }
}
