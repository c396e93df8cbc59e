internal import ParallaxModel

/// What the bodies of refusals declare: AWS and Google errors, problem documents, waiting times in JSON.
extension DeclarationReader {
  mutating func readBody() {
    switch body.shape {
    case .xml(let code?): setReason(code)
    case .json(let fields): readJSON(fields)
    case .html where body.lowercased.contains("1015") && body.lowercased.contains("cloudflare"): setReason("1015")
    case .text where body.lowercased.hasPrefix("error code: 1015"): setReason("1015")
    default: return
    }
  }

  private mutating func readJSON(_ fields: [JSONField]) {
    readReason(fields)
    readQuotaFailure(fields)
    readErrorInfo(fields)
    readProblem(fields)
    readWaitingTime(fields)
  }

  /// The code that names the refusal, or else the first code that names any error.
  private mutating func readReason(_ fields: [JSONField]) {
    let names: Set<String> = ["code", "type", "__type", "error", "reason", "status", "error_code", "errorcode"]
    let codes = fields.filter { names.contains($0.name.lowercased()) && $0.path.count <= 5 }.compactMap(\.string)
      .filter { !$0.contains(where: \.isWhitespace) }
    guard let code = codes.first(where: { (Vocabulary.meaning(ofCode: $0) ?? .authentication) >= .limit }) else {
      return
    }
    // AWS: com.amazon.coral.availability#ThrottlingException
    setReason(String(code[(code.lastIndex(of: "#").map { code.index(after: $0) } ?? code.startIndex)...]))
  }

  /// google.rpc.QuotaFailure: the subject says whose quota it is, `clientip:192.0.2.1` or `project:123`.
  private mutating func readQuotaFailure(_ fields: [JSONField]) {
    for field in fields where field.name == "subject" && field.path.dropLast().last == "violations[]" {
      guard let subject = field.string else { continue }
      let scope: [String]? =
        switch subject.prefix(while: { $0 != ":" }).lowercased() {
        case "clientip", "ip": ["ip"]
        case "project", "organization", "user", "billing": ["account"]
        case "apikey", "api_key": ["key"]
        default: nil
        }
      policy(family: "quotafailure", name: nil, source: .google) { policy in
        policy.scope = scope
        policy.partition = subject
        policy.remaining = policy.remaining ?? 0
      }
    }
  }

  /// google.rpc.ErrorInfo: its metadata names the quota and its value.
  private mutating func readErrorInfo(_ fields: [JSONField]) {
    let metadata = fields.filter { $0.path.dropLast().last == "metadata" }
    func value(_ name: String) -> String? { metadata.first { $0.name == name }?.string }
    guard let text = value("quota_limit_value"), let limit = NumberText.decimal(text), limit >= 0 else { return }
    let name = value("quota_limit")
    let perMinute = name?.lowercased().contains("perminute") ?? false
    let perDay = name?.lowercased().contains("perday") ?? false
    policy(family: "quotafailure", name: nil, source: .google) { policy in
      policy.name = name
      policy.limit = limit
      policy.window = perMinute ? 60 : perDay ? 86400 : nil
      policy.partition = policy.partition ?? value("consumer")
    }
  }

  /// RFC 9457 with the types of the rate-limit drafts, and the policies that were violated.
  private mutating func readProblem(_ fields: [JSONField]) {
    let types = ["quota-exceeded", "temporary-reduced-capacity", "abnormal-usage-detected"]
    guard let type = fields.first(where: { $0.path == ["type"] })?.string,
      let known = types.first(where: { type.hasSuffix($0) })
    else { return }
    setReason(known)
    for field in fields where field.path == ["violated-policies[]"] {
      guard let name = field.string else { continue }
      let unit = result.policies.first { $0.name == name && $0.source == .structured }?.unit ?? .requests
      let isKnown = result.policies.contains { $0.name == name && $0.source == .structured }
      policy(
        family: isKnown ? "ratelimit" : "problem", name: name, unit: unit, source: isKnown ? .structured : .problem
      ) { $0.remaining = $0.remaining ?? 0 }
    }
  }

  private mutating func readWaitingTime(_ fields: [JSONField]) {
    for field in fields where field.path.count <= 5 {
      switch field.name.lowercased() {
      case "retry_after", "retryafter", "retry_after_seconds", "retry-after":
        guard let seconds = field.number ?? field.string.flatMap({ NumberText.decimal($0) }), seconds >= 0 else {
          continue
        }
        setRetryAfter(seconds)
      case "retry_after_ms":
        if let milliseconds = field.number, milliseconds >= 0 { setRetryAfter(milliseconds / 1000) }
      case "retrydelay":
        // google.rpc.RetryInfo: `34.5s`
        if let seconds = field.string.flatMap({ TimeText.duration($0) }) { setRetryAfter(seconds) }
      case "global":
        // Discord says in the body too whether the whole account is held back.
        guard case .boolean(let isGlobal) = field.value, headers.contains("x-ratelimit-reset-after") else { continue }
        if isGlobal { changePolicies { $0.scope = $0.scope ?? ["account"] } }
      default: continue
      }
    }
  }
}
