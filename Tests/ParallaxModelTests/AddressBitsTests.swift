internal import ParallaxModel
internal import Testing

@Suite struct AddressBitsTests {
  @Test(arguments: [
    ("203.0.113.10", "203.0.113.7", 28), ("203.0.113.10", "203.0.113.200", 24), ("10.0.0.1", "10.0.0.1", 32),
    ("0.0.0.0", "128.0.0.0", 0), ("2001:db8:1:1::10", "2001:db8:1:1::30", 122),
    ("2001:db8:1:1::10", "2001:db8:1:2::30", 62),
    ("::1", "::2", 126), ("::", "::8000", 112), ("1::", "1:0::", 128), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8", 124),
    ("2001:db8::", "2001:DB8:0:0:0:0:0:0", 128),
  ])
  func `how many leading bits two addresses share`(_ c: (String, String, Int)) throws {
    let a = try #require(AddressBits(c.0))
    let b = try #require(AddressBits(c.1))
    #expect(a.commonPrefix(with: b) == c.2)
    #expect(b.commonPrefix(with: a) == c.2)
  }

  @Test func `addresses of different families share no prefix`() throws {
    let v4 = try #require(AddressBits("203.0.113.10"))
    let v6 = try #require(AddressBits("2001:db8::1"))
    #expect(v4.commonPrefix(with: v6) == nil)
    #expect(v4.length == 32 && v6.length == 128)
  }

  @Test(arguments: [
    "", "fra1", "1.2.3", "1.2.3.256", "1.2.3.4.5", "2001:db8", "1::2::3", ":::", "12345::", "1:2:3:4:5:6:7:8:9", ":1",
    "1:", ":1::2", "1::2:", "::1:", "::::", ":", "1:2:3:4:5:6:7:8::",
    "\u{FF11}::", "+1::", "g::",
  ])
  func `anything else is no address`(_ text: String) {
    #expect(AddressBits(text) == nil)
  }
}
