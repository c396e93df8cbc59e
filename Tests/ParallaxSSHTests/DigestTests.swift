internal import ParallaxDigest
internal import ParallaxSSH
internal import Testing

@Suite("Digests and base 64")
struct DigestTests {
  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// RFC 3174 section 7.3, RFC 6234 section 8.5, and the empty message.
  @Test("SHA-1 and SHA-256, known answers")
  func sha() {
    let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    #expect(Self.hex(Digest.sha1(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(Self.hex(Digest.sha1(long)) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    #expect(Self.hex(Digest.sha1([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(Self.hex(Digest.sha1(million)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    #expect(
      Self.hex(SHA256.digest(of: Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Self.hex(SHA256.digest(of: long)) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(Self.hex(SHA256.digest(of: [])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Self.hex(SHA256.digest(of: million)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("every length around a block's end is padded as sha1sum and sha256sum pad it")
  func padding() throws {
    let folder = try Folder()
    for length in 54...66 {
      let bytes = [UInt8](repeating: UInt8(length), count: length)
      let file = try folder.write(bytes, to: "message")
      #expect(try Tool.run("/usr/bin/sha1sum", [file]).hasPrefix(Self.hex(Digest.sha1(bytes)) + " "))
      #expect(try Tool.run("/usr/bin/sha256sum", [file]).hasPrefix(Self.hex(SHA256.digest(of: bytes)) + " "))
    }
  }

  @Test("HMAC-SHA1, RFC 2202 section 3")
  func hmac() {
    func hmac(_ key: [UInt8], _ message: [UInt8]) -> String { Self.hex(Digest.hmacSHA1(key: key, message: message)) }
    #expect(
      hmac([UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8)) == "b617318655057264e28bc0b6fb378c8ef146be00")
    #expect(
      hmac(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    #expect(
      hmac([UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50))
        == "125d7342b9ac11cd91a39af48aa17b4f63f175d3")
    #expect(
      hmac(
        [UInt8](repeating: 0xAA, count: 80), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
  }

  @Test(
    "base 64, RFC 4648 section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.encode(Array(plain.utf8), padded: false) == encoded.filter { $0 != "=" })
    #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
  }

  @Test(
    "what is not base 64 is refused",
    arguments: ["Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9*", "Zm 9"])
  func notBase64(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }
}
