internal import ParallaxLimiters
internal import Testing

@Suite("Seeded randomness")
struct SeededRandomTests {
  @Test("The reference sequence of SplitMix64")
  func reference() {
    // The first outputs for seed 1234567, as published with the algorithm.
    var random = SeededRandom(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() }
        == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("Streams of one seed, and neighbouring seeds, are unlike")
  func streams() {
    var values: Set<UInt64> = []
    for seed: UInt64 in 0..<20 {
      for stream: UInt64 in 0..<20 {
        var random = SeededRandom(seed: seed, stream: stream)
        values.insert(random.next())
      }
    }
    #expect(values.count == 400)
  }

  @Test("Uniform numbers and indices cover their range evenly")
  func uniform() {
    var random = SeededRandom(seed: 1)
    var counts = Array(repeating: 0, count: 7)
    var sum = 0.0
    for _ in 0..<70_000 {
      counts[random.index(below: 7)] += 1
      sum += random.unit()
    }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    #expect(abs(sum / 70_000 - 0.5) < 0.01)
  }
}
