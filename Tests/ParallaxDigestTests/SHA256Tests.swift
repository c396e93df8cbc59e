internal import ParallaxDigest
internal import ParallaxModel
internal import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4 and of the NIST Cryptographic Algorithm Validation Program (SHA256ShortMsg).
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func sha256Vectors(text: String, expected: String) {
    #expect(SHA256.hexDigest(of: Array(text.utf8)) == expected)
  }

  @Test func sha256OfAMillionTimesA() {
    var hash = SHA256()
    for _ in 0..<1000 { hash.update([UInt8](repeating: 0x61, count: 1000)) }
    #expect(hash.hexDigest() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func sha256DoesNotDependOnHowTheBytesArrive() {
    var generator = SplitMix64(seed: 4)
    let bytes = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for _ in 0..<50 {
      var hash = SHA256()
      var rest = bytes[...]
      while !rest.isEmpty {
        let chunk = rest.prefix(Int.random(in: 0...150, using: &generator))
        hash.update(Array(chunk))
        rest = rest.dropFirst(chunk.count)
      }
      #expect(hash.hexDigest() == SHA256.hexDigest(of: bytes))
    }
  }
}
