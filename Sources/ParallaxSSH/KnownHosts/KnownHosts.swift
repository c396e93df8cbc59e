/// The keys that known_hosts files hold, and what they say about a key that a host presents.
///
/// Our own parser, because libssh2's has read past the end of a line, and because it neither reports lines nor knows
/// markers and negation.
package struct KnownHosts: Sendable {
  package enum Verdict: Equatable {
    case trusted(KnownHostsEntry)
    /// The host is known with another key of the same type.
    case changed(KnownHostsEntry)
    /// Nothing is known of the host, or only keys of other types (`others`).
    case unknown(others: [KnownHostsEntry])
    case revoked(KnownHostsEntry)
  }

  package private(set) var entries: [KnownHostsEntry] = []
  /// Lines that could not be read, as `file:line: reason`. They are passed over, as OpenSSH does.
  package private(set) var problems: [String] = []

  /// The name under which a host's key is filed: the port is written only if it is not 22.
  package static func name(host: String, port: UInt16) -> String {
    port == 22 ? host.lowercased() : "[\(host.lowercased())]:\(port)"
  }

  package init() {}

  package mutating func read(_ contents: [UInt8], file: String) {
    let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      switch KnownHostsLine.parse(String(decoding: line, as: UTF8.self), file: file, line: index + 1) {
      case .nothing: break
      case .entry(let entry): entries.append(entry)
      case .malformed(let reason): problems.append("\(file):\(index + 1): \(reason)")
      }
    }
  }

  /// What the files say about `key` being that of the host.
  ///
  /// As OpenSSH does: an entry for `[host]:port` counts before one for the bare host, and a bare one can only confirm
  /// a key, never contradict it.
  package func verdict(host: String, port: UInt16, key: HostKey) -> Verdict {
    let name = Self.name(host: host, port: port)
    let bare = Self.name(host: host, port: 22)
    let sameKey = entries.filter { $0.key == key }
    if let revoked = sameKey.first(where: {
      $0.marker == .revoked && ($0.hosts.matches(name) || $0.hosts.matches(bare))
    }) {
      return .revoked(revoked)
    }
    if let trusted = sameKey.first(where: { $0.marker == nil && $0.hosts.matches(name) }) { return .trusted(trusted) }
    let named = plainEntries(for: name)
    if let changed = named.first(where: { $0.key.type == key.type }) { return .changed(changed) }
    if named.isEmpty, let trusted = sameKey.first(where: { $0.marker == nil && $0.hosts.matches(bare) }) {
      return .trusted(trusted)
    }
    return .unknown(others: named)
  }

  /// The entries that name the host, so that the handshake can ask for a key that can be checked. Keys of certificate
  /// authorities and revoked ones are not among them.
  package func entries(host: String, port: UInt16) -> [KnownHostsEntry] {
    let named = plainEntries(for: Self.name(host: host, port: port))
    return named.isEmpty ? plainEntries(for: Self.name(host: host, port: 22)) : named
  }

  private func plainEntries(for name: String) -> [KnownHostsEntry] {
    entries.filter { $0.marker == nil && $0.hosts.matches(name) }
  }
}
