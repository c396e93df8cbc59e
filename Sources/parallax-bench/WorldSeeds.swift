internal import ParallaxLimiters
internal import ParallaxSimulator

/// Which worlds make up a series: a rule, not a chosen set.
enum WorldSeeds {
  /// Every so many worlds one is a stress world.
  static let stressEvery = 5

  /// The seed of a world. The top bit keeps it away from the worlds below 1,000,000 that are used while developing.
  static func world(_ index: Int, series: UInt64) -> UInt64 {
    SeededRandom.mix(SeededRandom.mix(series) &+ UInt64(index)) | 1 << 63
  }

  /// The kind of a world; nil draws one that keeps to the model.
  static func kind(_ index: Int) -> WorldKind? {
    guard index % stressEvery == stressEvery - 1 else { return nil }
    return WorldKind.stress[index / stressEvery % WorldKind.stress.count]
  }
}
