internal import ParallaxModel

/// Takes the URL of a plan apart. Only what an agent can ask for is let through.
extension YAMLValue {
  func url(known: [String]) throws(ParallaxError) -> URLParts {
    let template = try template(known: known)
    let text = template.text
    guard let mark = text.firstRange(of: "://") else {
      throw error("`\(path)` is not a URL", remedy: "write it like https://api.example.com/v1/models")
    }
    guard let scheme = URLParts.Scheme(rawValue: text[..<mark.lowerBound].lowercased()) else {
      throw error("`\(path)` must start with http:// or https://")
    }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    let tail = String(rest[authority.endIndex...])
    guard !authority.contains("@") else {
      throw error(
        "`\(path)` carries user information before the `@`", remedy: "send credentials in a header with {{key}}")
    }
    guard !authority.contains("{{") else { throw error("`\(path)` may have templates in its path and query only") }
    let (host, port) = try hostAndPort(authority, defaultPort: scheme == .http ? 80 : 443)
    return URLParts(
      scheme: scheme, host: host, port: port, path: try requestPath(tail.hasPrefix("/") ? tail : "/" + tail))
  }

  /// A path with its query, as it stands in a request line; templates are allowed in it.
  func requestPath(_ text: String) throws(ParallaxError) -> String {
    guard text.hasPrefix("/") else { throw error("`\(path)` must start with `/`") }
    guard !text.contains("#") else { throw error("`\(path)` has a fragment (`#`), which is never sent") }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw error("`\(path)` has spaces or characters beyond ASCII", remedy: "percent-encode them")
    }
    guard !LiteralSecret.isCarried(byPath: text) else {
      throw error("`\(path)` seems to hold a credential", remedy: "write {{key}} in its place")
    }
    return text
  }

  private func hostAndPort(_ authority: Substring, defaultPort: Int) throws(ParallaxError) -> (String, Int) {
    var host = authority
    var portText: Substring?
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<close]
      let after = authority[authority.index(after: close)...]
      if after.hasPrefix(":") { portText = after.dropFirst() }
      guard HostAddress.isIPv6(String(host)), after.isEmpty || portText != nil else {
        throw error("`\(path)` has a malformed IPv6 address")
      }
    } else {
      if let colon = authority.lastIndex(of: ":") {
        host = authority[..<colon]
        portText = authority[authority.index(after: colon)...]
      }
      guard HostAddress.isName(String(host)) else {
        throw error("`\(path)` has no valid host name", remedy: "an IPv6 address stands in brackets")
      }
    }
    guard let portText else { return (host.lowercased(), defaultPort) }
    guard let port = Int(portText), (1...65535).contains(port) else {
      throw error("`\(path)` has a port that is not between 1 and 65535")
    }
    return (host.lowercased(), port)
  }
}
