internal import ParallaxWire
internal import Testing

@Suite struct ChecksumTests {
  /// The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  @Test func crc32CheckValue() {
    var checksum = CRC32()
    checksum.update(Array("123456789".utf8))
    #expect(checksum.value == 0xCBF4_3926)
  }
}
