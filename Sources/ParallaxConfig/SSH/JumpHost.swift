/// One hop of ProxyJump: `[user@]host[:port]` or `ssh://[user@]host[:port]`.
public struct JumpHost: Hashable, Sendable, CustomStringConvertible {
  public var user: String?
  public var host: String
  public var port: Int?

  /// The hops between commas, first to last; empty for `none`. Nil if it is neither.
  static func parse(_ text: String) -> [JumpHost]? {
    if text.lowercased() == "none" { return [] }
    let hops = text.split(separator: ",", omittingEmptySubsequences: false).map { JumpHost($0.drop { $0 == " " }) }
    return hops.contains(nil) ? nil : hops.compactMap(\.self)
  }

  private init?(_ text: Substring) {
    var rest = text.hasPrefix("ssh://") ? text.dropFirst(6) : text
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    if let at = rest.lastIndex(of: "@") {
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
      guard user?.isEmpty == false, user?.hasPrefix("-") == false else { return nil }
    }
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<close])
      rest = rest[rest.index(after: close)...]
    } else {
      let name = rest.prefix { $0 != ":" }
      host = String(name)
      rest = rest[name.endIndex...]
    }
    guard HostAddress.isValid(host) || SSHTokens.mayStand(in: host) else { return nil }
    if rest.isEmpty { return }
    guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65535).contains(number) else { return nil }
    port = number
  }

  public var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return (user.map { $0 + "@" } ?? "") + name + (port.map { ":\($0)" } ?? "")
  }
}

extension SSHTokens {
  /// A name whose tokens are not filled yet.
  static func mayStand(in host: String) -> Bool {
    host.contains("%") && !host.hasPrefix("-") && !host.contains { $0.isWhitespace || "'\"\\;&|`$".contains($0) }
  }
}
