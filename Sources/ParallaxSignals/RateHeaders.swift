internal import ParallaxModel

/// Headers whose names follow the common grammar, with values in all the forms that are seen.
extension DeclarationReader {
  mutating func readRateHeaders() {
    let names = headers.fields.map { (field: $0, name: RateHeaderName($0.name)) }
    for case (let field, let name?) in names { read(field.value, name, field: field.name) }
    applySharedFields(names.compactMap { entry in entry.name.map { ($0, entry.field.value) } })
  }

  private mutating func read(_ value: String, _ name: RateHeaderName, field: String) {
    let family = name.isExperimental ? "x-\(name.vendor)" : name.vendor.isEmpty ? "ratelimit" : name.vendor
    let source = dialect(of: name)
    func change(_ reader: inout DeclarationReader, _ body: (inout DeclaredPolicy) -> Void) {
      reader.policy(family: family, name: name.policy, unit: name.unit, source: source) { policy in
        policy.window = policy.window ?? name.window
        body(&policy)
      }
    }
    switch name.role {
    case .limit:
      // A bare name without a role, such as X-RateLimit, is sometimes a flag.
      guard let quotas = quotas(value, field: field), let first = quotas.first else { return }
      let own = quotas.dropFirst().first { $0.limit == first.limit } ?? first
      change(&self) { policy in
        policy.limit = first.limit
        policy.window = own.window ?? policy.window
      }
      for other in quotas.dropFirst() where other != own {
        let label = NumberText.shown(other.limit) + (other.window.map { ";w=\(NumberText.shown($0))" } ?? "")
        policy(family: family, name: other.name ?? label, unit: name.unit, source: source) { policy in
          policy.limit = other.limit
          policy.window = other.window
        }
      }
    case .remaining:
      let first = value.prefix { $0 != ";" && $0 != "," }.trimmed
      guard let remaining = count(first, field: field) else { return }
      change(&self) { $0.remaining = remaining }
    case .reset:
      guard let reset = untilReset(value, field: field) else { return }
      change(&self) { $0.reset = name.isInMilliseconds ? reset / 1000 : reset }
    case .used:
      guard let used = count(value, field: field) else { return }
      change(&self) { policy in
        guard policy.remaining == nil, let limit = policy.limit else { return }
        policy.remaining = max(0, limit - used)
      }
    case .window:
      guard let seconds = NumberText.decimal(value) ?? TimeText.duration(value), seconds > 0 else {
        report(.unparseable, field, "`\(value)` is not a duration")
        return
      }
      change(&self) { $0.window = name.isInMilliseconds ? seconds / 1000 : seconds }
    case .scope, .resource, .bucket: return
    }
  }

  struct Quota: Hashable {
    let limit: Double
    let window: Double?
    let name: String?
  }

  /// `100`, `100;w=60`, `10, 10;w=1;name="b", 50;w=60`, `60/minute`, or `20:1,100:120`.
  mutating func quotas(_ value: String, field: String) -> [Quota]? {
    var quotas: [Quota] = []
    for part in value.split(separator: ",").prefix(16) {
      let pieces = part.split(separator: ";").map(\.trimmed)
      guard let head = pieces.first else { continue }
      let halves = head.split(maxSplits: 1) { $0 == "/" || $0 == ":" }.map(\.trimmed)
      guard let amount = halves.first, let limit = count(amount, field: field) else { return nil }
      var window = halves.count == 2 ? Self.windowText(halves[1]) : nil
      var name: String?
      for piece in pieces.dropFirst() {
        let pair = piece.split(separator: "=", maxSplits: 1).map(\.trimmed)
        guard pair.count == 2 else { continue }
        switch pair[0] {
        case "w", "window": window = Self.windowText(pair[1])
        case "name", "comment": name = String(pair[1].filter { $0 != "\"" }.prefix(60))
        default: continue
        }
      }
      quotas.append(Quota(limit: limit, window: window, name: name))
    }
    return quotas.isEmpty ? nil : quotas
  }

  /// Seconds of `60`, `1m` or `minute`.
  private static func windowText(_ text: String) -> Double? {
    let seconds = NumberText.decimal(text) ?? TimeText.duration(text) ?? TimeText.duration("1" + text)
    return seconds.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Fields that speak of all policies of the answer: whose limit it is, which resource, which bucket.
  private mutating func applySharedFields(_ fields: [(name: RateHeaderName, value: String)]) {
    for (name, value) in fields {
      switch name.role {
      case .resource: changePolicies { $0.name = $0.name ?? value }
      case .bucket: changePolicies { $0.partition = $0.partition ?? value }
      case .scope:
        // Discord: a limit per bot or user, or one of the resource that all share.
        let scope: [String]? =
          switch value.lowercased() {
          case "user", "global", "account", "organization", "team": ["account"]
          case "shared": []
          case "ip", "client_ip": ["ip"]
          case "key", "api_key", "token": ["key"]
          default: nil
          }
        changePolicies { $0.scope = $0.scope ?? scope }
      default: continue
      }
    }
  }

  private func dialect(of name: RateHeaderName) -> Dialect {
    switch name.vendor {
    case "anthropic": return .anthropic
    case "ms": return .azure
    case "hubspot": return .hubspot
    case "app", "method": return .riot
    default: break
    }
    if headers.contains("docker-ratelimit-source") { return .docker }
    if !name.isExperimental && name.vendor.isEmpty { return .draft06 }
    if headers.contains("x-github-request-id") || headers.contains("x-ratelimit-resource") { return .github }
    if headers.contains("x-ratelimit-bucket") || headers.contains("x-ratelimit-reset-after") { return .discord }
    if headers.contains("x-kong-response-latency") || headers.product == "kong" { return .kong }
    if headers.contains("x-ratelimit-limit-requests") || headers.contains("x-ratelimit-remaining-tokens") {
      return headers.contains("x-ms-region") || headers.contains("apim-request-id") ? .azure : .openai
    }
    return .common
  }
}
