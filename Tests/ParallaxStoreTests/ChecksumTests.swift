internal import ParallaxStore
internal import Testing

@Suite struct ChecksumTests {
  private func checksum(_ bytes: [UInt8], usesInstruction: Bool) -> UInt32 {
    var checksum = Checksum(usesInstruction: usesInstruction)
    bytes.withUnsafeBytes { checksum.update($0) }
    return checksum.value
  }

  /// RFC 3720, appendix B.4.
  @Test(arguments: [true, false])
  func isThatOfTheStandard(usesInstruction: Bool) {
    for (bytes, value) in [
      ([UInt8](repeating: 0, count: 32), UInt32(0x8a91_36aa)), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e), (Array((0..<32).reversed()), 0x113f_db5c),
    ] {
      #expect(checksum(bytes, usesInstruction: usesInstruction) == value)
    }
  }

  /// Journals written on one machine are read on another.
  @Test func bothWaysAgree() {
    var random = SeededGenerator(state: 3)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(checksum(bytes, usesInstruction: true) == checksum(bytes, usesInstruction: false))
    }
  }
}
