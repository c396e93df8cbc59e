internal import ParallaxModel

/// A recorded request on its way into a plan: {{key}} where the credential was.
struct Scrubbed {
  private(set) var url: String
  let method: String
  private(set) var headers: [Header] = []
  private(set) var notes: [String] = []
  private let recorded: [Header]
  private let usesBasic: Bool
  /// The one credential that became {{key}}.
  private var secret: String?

  /// What a connection, an agent or a browser's page adds by itself.
  private static let dropped: Set<String> = [
    "host", "content-length", "transfer-encoding", "connection", "user-agent", "accept-encoding", "referer", "origin",
    "dnt", "upgrade-insecure-requests", "priority", "pragma", "cache-control", "te", "if-none-match",
    "if-modified-since", "content-type", "keep-alive", "proxy-connection",
  ]

  init(_ request: ImportedRequest) {
    url = String(request.url.prefix { $0 != "#" })
    method = request.method
    recorded = request.headers
    usesBasic = request.usesBasic
  }

  mutating func scrub() {
    let named = recorded.filter { isCredential($0) && $0.name.lowercased() != "cookie" }
    for header in named { credential(header) }
    scrubUserInformation()
    scrubQuery()
    for header in recorded where header.name.lowercased() == "cookie" { cookie(header) }
    for header in recorded where !named.contains(header) && isWorthKeeping(header) {
      headers.append(Header(header.name, replacingSecret(in: header.value)))
    }
    if secret == nil {
      headers.append(Header("Authorization", "Bearer {{key}}"))
      notes.append("no credential was found in the request: check where {{key}} belongs")
    }
  }

  private func isCredential(_ header: Header) -> Bool {
    let isNamed = LiteralSecret.isCarried(byHeader: header.name, value: header.value)
    return isNamed || (!Self.dropped.contains(header.name.lowercased()) && Self.isLikeASecret(header.value))
  }

  private func isWorthKeeping(_ header: Header) -> Bool {
    let name = header.name.lowercased()
    return !name.hasPrefix(":") && !name.hasPrefix("sec-") && name != "cookie" && !Self.dropped.contains(name)
      && !headers.contains { $0.name.lowercased() == name }
  }

  /// A long word of letters and digits mixed: nobody writes one by hand.
  private static func isLikeASecret(_ value: String) -> Bool {
    if LiteralSecret.hasKnownPrefix(value) { return true }
    return value.split { !($0.isLetter || $0.isNumber || "-_.+/=".contains($0)) }.contains { word in
      word.utf8.count >= 20 && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
        && !word.contains("/")
    }
  }

  private mutating func credential(_ header: Header) {
    // `Bearer x`, `Token x`: the scheme stays.
    let parts = header.value.split(separator: " ", maxSplits: 1)
    let hasScheme = parts.count == 2 && parts[0].utf8.count <= 12 && parts[0].allSatisfy(\.isLetter)
    let value = hasScheme ? String(parts[1]) : header.value
    guard take(value, from: "the header \(Printable.inert(header.name))") else { return }
    headers.append(Header(header.name, hasScheme ? "\(parts[0]) {{key}}" : "{{key}}"))
    if hasScheme, parts[0].lowercased() == "basic" {
      notes.append("the value of the key is the base64 of user:password, as in the header")
    }
  }

  /// Whether this is the credential, or equal to it; another one is left out.
  private mutating func take(_ value: String, from place: String) -> Bool {
    if let secret {
      guard secret == value else {
        notes.append("left out: \(place), which held another credential")
        return false
      }
    }
    secret = value
    return true
  }

  private mutating func cookie(_ header: Header) {
    guard secret == nil else {
      notes.append("left out: the cookies; another credential is there")
      return
    }
    secret = header.value
    headers.append(Header("Cookie", "{{key}}"))
    notes.append("the value of the key is the whole Cookie header")
  }

  private mutating func scrubUserInformation() {
    var isGiven = usesBasic
    if let mark = url.firstRange(of: "://") {
      let rest = url[mark.upperBound...]
      let authority = rest.prefix { !"/?".contains($0) }
      if let at = authority.lastIndex(of: "@") {
        isGiven = true
        url = url[..<mark.upperBound] + String(rest[rest.index(after: at)...])
      }
    }
    guard isGiven, take("user:password", from: "a user and password") else { return }
    headers.append(Header("Authorization", "Basic {{key}}"))
    notes.append("the value of the key is the base64 of user:password: printf %s user:password | base64")
  }

  private mutating func scrubQuery() {
    guard let mark = url.firstIndex(of: "?") else { return }
    let path = String(url[..<mark])
    let pairs = url[url.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false).compactMap {
      pair -> String? in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else { return String(pair) }
      guard LiteralSecret.isCarried(byPath: "/?\(pair)") || Self.isLikeASecret(String(parts[1])) else {
        return String(pair)
      }
      let name = String(parts[0])
      return take(String(parts[1]), from: "the parameter \(Printable.inert(name))") ? "\(name)={{key}}" : nil
    }
    url = pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  private func replacingSecret(in value: String) -> String {
    guard let secret, secret.utf8.count >= 8 else { return value }
    return value.replacing(secret, with: "{{key}}")
  }
}
