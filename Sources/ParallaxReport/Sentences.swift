internal import ParallaxModel

/// The verdict in words.
enum Sentences {
  static func headline(_ verdict: Verdict) -> String {
    switch verdict.status {
    case .noLimitObserved:
      "No limit was observed in \(Numbers.counted(verdict.requestsSent, "request"))."
    case .aborted: "The run was stopped before it could decide."
    case .inconclusive: "Inconclusive: \(verdict.inconclusive?.because ?? "the data decide nothing")."
    case .determined: determined(verdict)
    }
  }

  private static func determined(_ verdict: Verdict) -> String {
    if let first = verdict.limiters.first {
      if verdict.limiters.count == 1 {
        return "The \(noun(first.kind)) is keyed on \(scope(first.scope)) (\(Numbers.percent(first.posterior)))."
      }
      let parts = verdict.limiters.map { "one keyed on \(scope($0.scope)) (\(Numbers.percent($0.posterior)))" }
      return "There are \(verdict.limiters.count) limiters: \(joined(parts))."
    }
    if let cause = verdict.causes.max(by: { $0.posterior < $1.posterior }) {
      let probability = Numbers.percent(cause.posterior)
      if cause.cause == "none" { return "Nothing limits the reference key before any load (\(probability))." }
      return "The reference key is limited from its first request: \(phrase(ofCause: cause.cause)) (\(probability))."
    }
    return "Determined, but the run holds neither a limiter nor a cause."
  }

  private static func phrase(ofCause name: String) -> String {
    switch name {
    case "account_quota_spent": "its account's allowance is spent"
    case "ip_limited": "its source address is limited"
    case "ip_blocked": "its source address is blocked"
    case "key_used_elsewhere": "someone else spends the same allowance"
    case "state_does_not_reset": "the limiter's count does not reset"
    case "key_restricted": "this key itself is restricted"
    case "key_not_recognised": "the target does not recognise it"
    case "capacity": "the service lacks capacity, whoever asks"
    case "network_blocked": "the network of its source address is blocked"
    case "everyone_shares": "all clients spend one allowance"
    case "no_credit": "its account has no credit"
    case "escalating_ban": "a ban that grows with every violation"
    case "client_stack": "the client's software is refused"
    case "concurrency": "others hold all requests at once that are allowed"
    case "replica_counters": "one of several counters behind a balancer is spent"
    case "callers_proxy": "a proxy on the caller's own side refuses"
    case "misconfigured_limit": "the limit admits nobody"
    default: name.replacing("_", with: " ")
    }
  }

  private static func noun(_ kind: Limiter.Kind) -> String {
    switch kind {
    case .rate: "rate limit"
    case .concurrency: "concurrency limit"
    case .cost: "limit on cost"
    case .ban: "ban"
    }
  }

  static func scope(_ names: [String]) -> String {
    guard !names.isEmpty else { return "nothing: everyone shares one bucket" }
    return joined(names.map { phrase($0) })
  }

  private static func phrase(_ name: String) -> String {
    switch name {
    case "ip": "the source address (ip)"
    case "key": "the API key"
    case "account": "the account"
    default: "`\(name)`"
    }
  }

  /// What a scope means for someone who is limited.
  static func meaning(_ limiter: Limiter) -> String {
    let scope = Set(limiter.scope)
    if scope.isEmpty { return "Another key, account or address does not help: all spend the same allowance." }
    if scope == ["ip"] {
      return
        "Every key and account behind one address shares its allowance; the same key from another address has a fresh one."
    }
    if scope == ["account"] {
      return
        "All keys of an account share one allowance, from whatever address; another key of it or another address does not help."
    }
    if scope == ["key"] {
      return "Each key has an allowance of its own, from whatever address, also within one account."
    }
    return
      "Requests share an allowance if they agree in \(joined(limiter.scope.map { phrase($0) })); what else differs does not matter."
  }

  static func joined(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  static func signature(_ signature: Signature) -> String {
    var parts: [String] = []
    switch signature.effect {
    case .answer: parts.append(signature.status.map { "status \($0)" } ?? "an answer")
    case .delay: parts.append("a delay")
    case .reset: parts.append("a reset connection")
    case .silence: parts.append("no answer at all")
    }
    if let server = signature.server { parts.append("from \(server)") }
    if signature.layer != .unknown { parts.append("(\(signature.layer.name))") }
    if !signature.headers.isEmpty { parts.append("with \(signature.headers.joined(separator: ", "))") }
    if !signature.body.isEmpty { parts.append("and a body like `\(signature.body)`") }
    return parts.joined(separator: " ")
  }

  static func algorithm(_ name: Limiter.AlgorithmName) -> String {
    switch name {
    case .fixedWindow: "fixed window"
    case .slidingLog: "sliding log"
    case .slidingCounter: "sliding counter"
    case .tokenBucket: "token bucket"
    case .queue: "queue that delays"
    case .unknown: "unknown"
    }
  }

  static func reading(_ reading: Reading) -> (text: String, style: TextStyle) {
    switch reading {
    case .passed: ("passed", .good)
    case .limited(let signature): (signature.status.map { "limited \($0)" } ?? "limited", .bad)
    case .void(.serverError): ("void: server error", .faint)
    case .void(.notSent): ("not sent", .faint)
    case .void(let reason): ("void: \(reason)", .faint)
    }
  }
}
