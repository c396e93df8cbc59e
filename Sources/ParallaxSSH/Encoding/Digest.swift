/// SHA-1, FIPS 180-4, and HMAC, RFC 2104, for the hashed names of known_hosts only.
///
/// Our own, because the alternative is to bind libcrypto's headers and library for functions that see a few kilobytes:
/// libssh2 does the cryptography that protects anything.
package enum Digest {
  package static func sha1(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    forEachBlock(of: message) { block in
      var w = block + [UInt32](repeating: 0, count: 64)
      for t in 16..<80 { w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], left: 1) }
      var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
      for t in 0..<80 {
        let (f, k): (UInt32, UInt32) =
          switch t {
          case ..<20: ((b & c) | (~b & d), 0x5A82_7999)
          case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
          case ..<60: ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
          default: (b ^ c ^ d, 0xCA62_C1D6)
          }
        (a, b, c, d, e) = (rotate(a, left: 5) &+ f &+ e &+ k &+ w[t], a, rotate(b, left: 30), c, d)
      }
      for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
    }
    return state.flatMap(bigEndian)
  }

  package static func hmacSHA1(key: [UInt8], message: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? sha1(key) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    return sha1(block.map { $0 ^ 0x5C } + sha1(block.map { $0 ^ 0x36 } + message))
  }

  /// Padding is a one bit, zeros, and the length in bits, to blocks of sixteen big-endian words.
  private static func forEachBlock(of message: [UInt8], _ body: ([UInt32]) -> Void) {
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    padded +=
      bigEndian(UInt32(UInt64(message.count) * 8 >> 32)) + bigEndian(UInt32(truncatingIfNeeded: message.count * 8))
    for start in stride(from: 0, to: padded.count, by: 64) {
      body(
        (0..<16).map { word in
          padded[(start + 4 * word)..<(start + 4 * word + 4)].reduce(0) { $0 << 8 | UInt32($1) }
        })
    }
  }

  private static func rotate(_ word: UInt32, left bits: UInt32) -> UInt32 {
    word << bits | word >> (32 - bits)
  }

  private static func bigEndian(_ word: UInt32) -> [UInt8] {
    [UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
  }
}
