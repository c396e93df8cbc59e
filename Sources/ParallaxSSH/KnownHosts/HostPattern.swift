/// The first field of a known_hosts line: which names the line is about (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
package enum HostPattern: Sendable, Equatable {
  /// `|1|salt|hash`: HMAC-SHA1 of the one name.
  case hashed(salt: [UInt8], hash: [UInt8])
  /// Names with `*` and `?`; one that matches a negated pattern (`!name`) does not match the line at all.
  case patterns([String], negated: [String])

  /// Nil if the field is neither.
  package init?(_ field: Substring) {
    if field.hasPrefix("|") {
      let parts = field.split(separator: "|", omittingEmptySubsequences: false)
      guard parts.count == 4, parts[1] == "1", let salt = Base64.decode(Array(parts[2].utf8)),
        let hash = Base64.decode(Array(parts[3].utf8)), !salt.isEmpty, hash.count == 20
      else { return nil }
      self = .hashed(salt: salt, hash: hash)
      return
    }
    let names = field.lowercased().split(separator: ",")
    let negated = names.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
    let plain = names.filter { !$0.hasPrefix("!") }.map(String.init)
    guard !names.isEmpty, !negated.contains("") else { return nil }
    self = .patterns(plain, negated: negated)
  }

  /// Whether the line is about this name: `host` or `[host]:port`, in lower case.
  package func matches(_ name: String) -> Bool {
    switch self {
    case .hashed(let salt, let hash):
      Digest.hmacSHA1(key: salt, message: Array(name.utf8)) == hash
    case .patterns(let patterns, let negated):
      patterns.contains { Self.glob($0, matches: name) } && !negated.contains { Self.glob($0, matches: name) }
    }
  }

  /// `*` stands for any run of characters, `?` for any one. Backtracks to the last star only, so it takes at most
  /// pattern times name steps, whatever the file says.
  package static func glob(_ pattern: String, matches name: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let name = Array(name.utf8)
    var (p, n) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p, n)
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        p = last.pattern + 1
        n = last.name + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
