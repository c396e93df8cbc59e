/// Tells a credential written into a file from ordinary text, so that it can be refused without being repeated.
enum LiteralSecret {
  /// Whether a header of this name with this value carries a credential that no template supplies.
  static func isCarried(byHeader name: String, value: String) -> Bool {
    let name = name.lowercased()
    if credentialHeaders.contains(name) { return !value.contains("{{") && !value.isEmpty }
    if name == "cookie" { return words(of: value).contains { $0.utf8.count >= 16 && !$0.contains("{{") } }
    return hasKnownPrefix(value)
  }

  /// Whether a path and query carry a credential: `?api_key=...`, or a token of a known form.
  static func isCarried(byPath path: String) -> Bool {
    guard let query = path.split(separator: "?", maxSplits: 1).dropFirst().first else { return hasKnownPrefix(path) }
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, credentialParameters.contains(parts[0].lowercased()) else { continue }
      if !parts[1].contains("{{") { return true }
    }
    return hasKnownPrefix(path)
  }

  static func hasKnownPrefix(_ text: String) -> Bool {
    words(of: text).contains { word in word.utf8.count >= 16 && prefixes.contains { word.hasPrefix($0) } }
  }

  private static func words(of text: String) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber || "-_.{}".contains($0)) }
  }

  private static let credentialHeaders: Set<String> = [
    "authorization", "proxy-authorization", "api-key", "apikey", "x-api-key", "x-apikey", "x-auth-token",
    "x-access-token", "x-goog-api-key", "x-functions-key", "ocp-apim-subscription-key", "private-token", "x-token",
    "x-vault-token", "x-rapidapi-key", "x-shopify-access-token", "x-amz-security-token",
  ]

  private static let credentialParameters: Set<String> = [
    "api_key", "apikey", "api-key", "key", "token", "access_token", "auth", "secret", "client_secret", "password",
    "signature", "sig",
  ]

  /// How the tokens of well-known issuers begin.
  private static let prefixes = [
    "sk-", "sk_", "pk_live_", "rk_live_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
    "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "pypi-", "dop_v1_", "shpat_", "hvs.", "SG.",
  ]
}
