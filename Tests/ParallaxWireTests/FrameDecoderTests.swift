internal import ParallaxWire
internal import Testing

@Suite struct FrameDecoderTests {
  private func payloads(_ stream: [UInt8], chunk: () -> Int) throws -> [[UInt8]] {
    var decoder = FrameDecoder()
    var found: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let part = rest.prefix(chunk())
      decoder.append(Array(part))
      while let payload = try decoder.next() { found.append(payload) }
      rest = rest.dropFirst(part.count)
    }
    return found
  }

  @Test func framesComeOutOfAnyChunks() throws {
    var values = RandomValues(seed: 5)
    for _ in 0..<200 {
      let sent = values.list(1...6) { $0.bytes(0...200) }
      let stream = try sent.flatMap { try Frame.encode($0) }
      #expect(try payloads(stream) { values.number(1...40) } == sent)
    }
  }

  @Test func noiseBeforeTheFirstFrameIsSkippedAndItsEndRemembered() throws {
    let frame = try Frame.encode([1, 2, 3])
    let noise = [UInt8](repeating: 0x2E, count: 5000) + Array("bash: warning\n".utf8) + [0xF1, 0x50, 0xF1]
    var decoder = FrameDecoder()
    for byte in noise + frame.dropLast() {
      decoder.append([byte])
      #expect(try decoder.next() == nil)
    }
    decoder.append([frame.last!])
    #expect(try decoder.next() == [1, 2, 3])
    #expect(decoder.noise.count == 1024)
    #expect(decoder.noise.suffix(17).starts(with: Array("bash: warning".utf8)))
  }

  @Test func endlessNoiseEnds() {
    var decoder = FrameDecoder()
    #expect(throws: WireError.noFrame(seen: [UInt8](repeating: 0x79, count: 1024))) {
      for _ in 0..<10_000 {
        decoder.append([UInt8](repeating: 0x79, count: 1000))
        _ = try decoder.next()
      }
    }
  }

  @Test func noiseAfterTheFirstFrameIsAnError() throws {
    var decoder = FrameDecoder()
    decoder.append(try Frame.encode([1]))
    #expect(try decoder.next() == [1])
    decoder.append(Array("oops".utf8))
    #expect(throws: WireError.malformed("frame: it does not begin as one")) { try decoder.next() }
    decoder.append(try Frame.encode([1]))
    #expect(throws: WireError.malformed("frame: it does not begin as one")) { try decoder.next() }
  }

  @Test func anotherVersionIsNamed() throws {
    var bytes = try Frame.encode([1])
    bytes[4] = 9
    var decoder = FrameDecoder()
    decoder.append(bytes)
    #expect(throws: WireError.versionMismatch(theirs: 9)) { try decoder.next() }
  }

  @Test func aChangedBitIsFound() throws {
    let bytes = try Frame.encode([1, 2, 3, 4])
    for index in 9..<bytes.count {
      var changed = bytes
      changed[index] ^= 0x10
      var decoder = FrameDecoder()
      decoder.append(changed)
      #expect(throws: WireError.checksum) { try decoder.next() }
    }
  }

  @Test func aFrameOfMoreThanTheLimitIsRefusedBeforeItIsHeld() throws {
    #expect(throws: WireError.tooLarge("frame of 1048577 bytes")) {
      try Frame.encode([UInt8](repeating: 0, count: Frame.maximumPayload + 1))
    }
    var decoder = FrameDecoder()
    decoder.append(Frame.magic + [Frame.version, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    #expect(throws: WireError.tooLarge("frame of 4294967295 bytes")) { try decoder.next() }
  }
}
