internal import ParallaxModel

/// Headers of single services that follow no common grammar.
extension DeclarationReader {
  mutating func readServiceHeaders() {
    readShares()
    readAzureResources()
    readMetaUsage()
    if let reason = headers["stripe-rate-limited-reason"] { setReason(reason) }
    if let type = headers["x-amzn-errortype"] { setReason(String(type.prefix { $0 != ":" })) }
    if let source = headers["docker-ratelimit-source"] {
      // An address for the anonymous, an identifier for those who logged in.
      let isAddress = source.contains(":") || source.split(separator: ".").count == 4
      changePolicies { policy in
        policy.scope = isAddress ? ["ip"] : ["account"]
        policy.partition = source
      }
    }
    // Anthropic's limits hold for the organisation, Azure's for the subscription.
    changePolicies { policy in
      if policy.scope == nil, policy.source == .anthropic || policy.source == .azure { policy.scope = ["account"] }
    }
  }

  /// Used and allowed in one value: Shopify's `32/40`, Salesforce's `api-usage=18/5000`.
  private mutating func readShares() {
    if let value = headers["x-shopify-shop-api-call-limit"] {
      readShare(value[...], field: "x-shopify-shop-api-call-limit", source: .shopify)
    }
    if let value = headers["sforce-limit-info"] {
      for part in value.split(separator: ",") {
        guard let mark = part.firstIndex(of: "=") else { continue }
        let share = part[part.index(after: mark)...]
        readShare(share, field: "sforce-limit-info", source: .salesforce, name: part[..<mark].trimmed, window: 86400)
      }
    }
  }

  private mutating func readShare(
    _ text: Substring, field: String, source: Dialect, name: String? = nil, window: Double? = nil
  ) {
    let halves = text.prefix { $0 != "(" }.split(separator: "/", omittingEmptySubsequences: false).map(\.trimmed)
    guard halves.count == 2, let used = count(halves[0], field: field), let limit = count(halves[1], field: field)
    else {
      if !result.findings.contains(where: { $0.field == field }) {
        report(.unparseable, field, "`\(text)` is not used and allowed, like 32/40")
      }
      return
    }
    policy(family: field, name: name, source: source) { policy in
      policy.limit = limit
      policy.remaining = max(0, limit - used)
      policy.window = window
    }
  }

  /// `Microsoft.Compute/HighCostGet3Min;159,Microsoft.Compute/HighCostGet30Min;1249`
  private mutating func readAzureResources() {
    let field = "x-ms-ratelimit-remaining-resource"
    guard let value = headers.combined(field) else { return }
    // The common grammar took the list for one number, and could not read it.
    removeFindings(of: field)
    for part in value.split(separator: ",").prefix(16) {
      let halves = part.split(separator: ";").map(\.trimmed)
      guard halves.count == 2, let remaining = count(halves[1], field: field) else {
        report(.unparseable, field, "`\(part)` is not a name and a count")
        continue
      }
      policy(family: field, name: halves[0], source: .azure) { $0.remaining = remaining }
    }
  }

  /// Shares of the allowance in per cent, in JSON: `{"call_count":28,"total_time":25,"total_cputime":25}`
  private mutating func readMetaUsage() {
    guard let value = headers["x-app-usage"] else { return }
    guard let fields = JSONScanner.fields(of: Array(value.utf8)), !fields.isEmpty else {
      report(.unparseable, "x-app-usage", "it is not JSON")
      return
    }
    for field in fields where field.path.count == 1 {
      guard let used = field.number, used >= 0 else { continue }
      policy(
        family: "x-app-usage", name: field.name, unit: field.name == "call_count" ? .requests : .cost, source: .meta
      ) { policy in
        policy.limit = 100
        policy.remaining = max(0, 100 - used)
        policy.window = 3600
      }
    }
  }
}
