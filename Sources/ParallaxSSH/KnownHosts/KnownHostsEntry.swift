/// One line of a known_hosts file that binds names to a key.
package struct KnownHostsEntry: Sendable, Equatable {
  package enum Marker: String, Sendable {
    case certAuthority = "@cert-authority"
    case revoked = "@revoked"
  }

  package var marker: Marker?
  package var hosts: HostPattern
  package var key: HostKey
  package var file: String
  package var line: Int

  /// Where to find it, for messages.
  package var place: String { "\(file):\(line)" }
}

/// What one line says.
package enum KnownHostsLine: Equatable {
  case nothing
  case entry(KnownHostsEntry)
  case malformed(String)

  /// `[marker] hosts keytype base64 [comment]`; blank lines and comments say nothing.
  package static func parse(_ text: String, file: String, line: Int) -> KnownHostsLine {
    var fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })[...]
    guard let first = fields.first, !first.hasPrefix("#") else { return .nothing }
    var marker: KnownHostsEntry.Marker?
    if first.hasPrefix("@") {
      marker = KnownHostsEntry.Marker(rawValue: String(first))
      guard marker != nil else { return .malformed("unknown marker \(printable(first))") }
      fields.removeFirst()
    }
    guard fields.count >= 3 else { return .malformed("fewer than three fields") }
    guard let hosts = HostPattern(fields[fields.startIndex]) else { return .malformed("unreadable host field") }
    let type = fields[fields.startIndex + 1]
    let encoded = fields[fields.startIndex + 2]
    guard let blob = Base64.decode(Array(encoded.utf8)) else { return .malformed("the key is not base 64") }
    guard let key = HostKey(blob: blob), key.type == type else {
      return .malformed("the key is not of the type that the line says")
    }
    return .entry(KnownHostsEntry(marker: marker, hosts: hosts, key: key, file: file, line: line))
  }

  /// What a file says may reach a terminal: control characters must not.
  private static func printable(_ text: Substring) -> String {
    String(text.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? "?" : Character($0) })
  }
}
