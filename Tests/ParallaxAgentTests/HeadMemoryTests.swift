internal import ParallaxAgent
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

@Suite struct HeadMemoryTests {
  private static let first =
    "HTTP/1.1 200 OK\r\nServer: s\r\nX-Request-Id: 0001\r\nContent-Length: 12\r\nRateLimit-Remaining:  9 \r\n\r\n"

  private func read(_ text: some Sequence<UInt8>, _ memory: HeadMemory) -> ResponseHead? {
    Array(text).withUnsafeBytes { try? memory.read($0, isBodiless: false) }
  }

  /// What a memory makes of the second head after the first.
  private func second(_ text: some Sequence<UInt8>, keys: [Secret] = []) -> ResponseHead? {
    let memory = HeadMemory(redactor: Redactor(keys))
    _ = read(Self.first.utf8, memory)
    return read(text, memory)
  }

  private func changed(_ old: String, _ new: String) -> String { Self.first.replacing(old, with: new) }

  @Test func valuesThatChangeAreRead() throws {
    let head = try #require(second(changed("0001", "0002").replacing(" 9 ", with: " 8 ").utf8))
    #expect(
      head.headers == [
        Header("Server", "s"), Header("X-Request-Id", "0002"), Header("Content-Length", "12"),
        Header("RateLimit-Remaining", "8"),
      ])
  }

  @Test func aKeyInAChangedValueGoes() throws {
    let head = try #require(second(changed("0001", "k3y!").utf8, keys: [Secret(name: "a", value: "k3y!")]))
    #expect(head.headers[1] == Header("X-Request-Id", "[key:a]"))
  }

  @Test func anotherFramingOfTheSameLengthCounts() throws {
    #expect(try #require(second(changed(": 12", ": 34").utf8)).framing == .length(34))
    #expect(try #require(second(changed("200", "204").utf8)).framing == .length(0))
    #expect(second(changed(": 12", ": -1").utf8) == nil)
  }

  /// Every head that differs in one byte, or in two, is read as if nothing had been remembered.
  @Test func whatIsRememberedMakesNoDifference() {
    let first = Array(Self.first.utf8)
    let bytes = [0, 9, 10, 13, 32, 48, 58, 97, 200].map(UInt8.init)
    let memory = HeadMemory(redactor: Redactor([]))
    for place in first.indices {
      for byte in bytes {
        for other in [place, min(place + 1, first.count - 1), (place * 7 + 31) % first.count] {
          var text = first
          text[place] = byte
          text[other] = byte
          let fresh = text.withUnsafeBytes { try? ResponseHead($0, isBodiless: false) }
          #expect(read(text, memory) == fresh, "\(text)")
          _ = read(first, memory)
        }
      }
    }
  }
}
