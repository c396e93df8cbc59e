internal import CLibSSH2

/// The algorithms we offer, best first. libssh2's own list still holds arcfour, 3DES, MD5 and SHA-1; this one holds
/// what OpenSSH 9 accepts by default and libssh2 1.10 can do. Compression is never negotiated.
package enum Algorithms {
  static let keyExchange = [
    "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
  ]
  static let hostKey = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
  /// The shortest key first, as OpenSSH itself has it: it is the fastest, and nothing is known that is quicker than
  /// trying all keys of 128 bits. libssh2 1.10 has neither GCM nor MACs over the encrypted packet.
  static let cipher = ["aes128-ctr", "aes192-ctr", "aes256-ctr"]
  /// The shorter of the two hashes is the faster one wherever the processor knows it.
  static let mac = ["hmac-sha2-256", "hmac-sha2-512"]

  /// What each direction of a session is pinned to. Setting a cipher for one direction only has crashed libssh2 1.11.
  static func preferences(hostKeys: [String]) -> [(method: Int32, names: [String])] {
    [
      (LIBSSH2_METHOD_KEX, keyExchange), (LIBSSH2_METHOD_HOSTKEY, hostKeys),
      (LIBSSH2_METHOD_CRYPT_CS, cipher), (LIBSSH2_METHOD_CRYPT_SC, cipher),
      (LIBSSH2_METHOD_MAC_CS, mac), (LIBSSH2_METHOD_MAC_SC, mac),
      (LIBSSH2_METHOD_COMP_CS, ["none"]), (LIBSSH2_METHOD_COMP_SC, ["none"]),
    ]
  }

  /// The host key types to ask for: those that known_hosts can check. Asking for all would let a host that is known by
  /// one type present another, which then looks like a changed key.
  static func hostKeys(_ usable: [String], known: [KnownHostsEntry]) -> [String] {
    let checkable = usable.filter { type in known.contains { $0.key.type == type } }
    return checkable.isEmpty ? usable : checkable
  }

  /// What a HostKeyAlgorithms of ssh_config(5) leaves of those that can be checked: a list replaces them, `+` appends,
  /// `-` removes by pattern, `^` puts first.
  package static func hostKeys(_ specification: String) -> [String] {
    let names = specification.drop { "+-^".contains($0) }.split(separator: ",").map(String.init)
    let usable = names.filter(hostKey.contains)
    switch specification.first {
    case "+": return hostKey
    case "-": return hostKey.filter { type in !names.contains { HostPattern.glob($0, matches: type) } }
    case "^": return usable + hostKey.filter { !usable.contains($0) }
    default: return usable
    }
  }

  /// Whether a host key or signature algorithm is RSA, of which libssh2 1.10 knows only the SHA-1 form that OpenSSH
  /// no longer accepts.
  static func isRSA(_ name: String) -> Bool {
    name.hasPrefix("ssh-rsa") || name.hasPrefix("rsa-sha2-")
  }
}
