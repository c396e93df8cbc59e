public import ParallaxModel

/// What an answer says about why it refuses, in the words of the inference of causes.
extension CauseSignal {
  /// - Parameters:
  ///   - dimensions: the plan's own, to name scopes.
  ///   - now: seconds since 1970, used where the answer has no `Date` of its own.
  public static func read(_ answer: Answer, reading: Reading, dimensions: [Dimension], now: Double) -> [CauseSignal] {
    let declared = Declarations.read(answer, now: now)
    var signals: [CauseSignal] = []
    if let policy = declared.binding {
      if let limit = policy.limit { signals.append(.limit(limit)) }
      if let remaining = policy.remaining { signals.append(.remaining(remaining)) }
      if let scope = policy.scope.flatMap({ set(of: $0, dimensions) }) { signals.append(.scope(scope)) }
    }
    if case .limited = reading {
      let spent = declared.policies.filter { $0.remaining == 0 }.compactMap(\.reset).max()
      if let end = declared.retryAfter ?? spent { signals.append(.resets(after: end)) }
      signals += AnswerTopics(answer).refusal.map { .speaks(of: $0) }
    } else {
      if let reset = declared.binding?.reset { signals.append(.resets(after: reset)) }
      if AnswerTopics(answer).speaksOfCredential { signals.append(.speaks(of: .credential)) }
    }
    if let name = answer.requestName { signals.append(.named(name)) }
    return signals
  }

  /// nil where a name is no dimension of this plan.
  private static func set(of names: [String], _ dimensions: [Dimension]) -> DimensionSet? {
    let known = ["ip", "key", "account"] + dimensions.map(\.name)
    var set: DimensionSet = []
    for name in names {
      guard let index = known.firstIndex(of: name) else { return nil }
      set.insert(DimensionSet(rawValue: 1 << UInt32(index)))
    }
    return set
  }
}

/// What the words of an answer speak of, beyond that it is a refusal.
struct AnswerTopics {
  private let status: Int?
  private let headers: HeaderFields
  private let body: BodyReading
  /// The body, and what headers give as a reason, in lower case and with blanks for the signs that join words.
  private let words: String

  init(_ answer: Answer) {
    status = answer.status
    let headers = HeaderFields(answer.headers)
    self.headers = headers
    body = BodyReading(answer.body)
    let reasons = ["stripe-rate-limited-reason", "x-amzn-errortype", "x-ratelimit-reason"].compactMap { headers[$0] }
    let text = ([body.lowercased] + reasons.map { $0.lowercased() }).joined(separator: " ")
    words = String(text.map { $0 == "_" || $0 == "-" ? " " : $0 })
  }

  /// A key that is not known, not accepted or not there.
  var speaksOfCredential: Bool {
    guard let status, (400...499).contains(status) else { return false }
    return status == 401 || headers.contains("www-authenticate") || body.meaning == .authentication
  }

  /// In the order of their numbers. Pages name their topic in a word or two; the rest of a page's text is not meant.
  var refusal: [CauseSignal.Topic] {
    var topics: Set<CauseSignal.Topic> = []
    if status == 402 || body.meaning == .billing { topics.insert(.billing) }
    if status == 529 || body.meaning == .capacity { topics.insert(.capacity) }
    for (topic, phrases) in Self.phrases where phrases.contains(where: { words.contains($0) }) { topics.insert(topic) }
    if headers.contains("cf-mitigated") { topics.insert(.block) }
    if status == 407 || isCallersProxy { topics.insert(.callersProxy) }
    return topics.sorted { $0.rawValue < $1.rawValue }
  }

  /// Forward proxies that companies and hosts put before their own users.
  private var isCallersProxy: Bool {
    let products: Set<String> = ["squid", "tinyproxy", "privoxy", "zscaler", "bluecoat", "polipo", "mitmproxy"]
    if let product = headers.product, products.contains(product) { return true }
    return headers.contains("x-squid-error") || headers.contains("proxy-authenticate")
  }

  private static let phrases: [(CauseSignal.Topic, [String])] = [
    (
      .billing,
      [
        "insufficient quota", "billing", "prepaid", "top up", "trial has ended", "trial ended", "trial expired",
        "trial has expired", "no credit", "out of credit", "insufficient credit",
      ]
    ),
    (
      .quota,
      [
        "quota", "daily limit", "monthly limit", "per day", "per month", "usage limit", "limit for the day",
        "limit for this month",
      ]
    ),
    (.capacity, ["overloaded", "at capacity", "over capacity", "no capacity", "server is busy", "high demand"]),
    (
      .block,
      [
        "blocked", "banned", "your network", "access denied", "blacklist", "blocklist", "denylist", "abuse",
        "abnormal usage", "unusual traffic", "error 1015", "error code: 1015",
      ]
    ),
    (
      .concurrency,
      ["concurren", "simultaneous", "in flight", "at the same time", "parallel request", "too many connections"]
    ),
    (
      .entitlement,
      [
        "your plan does not", "not included in your plan", "not available on your", "trial key", "not allowed to use",
        "no access to this model", "does not have access to", "not entitled",
      ]
    ),
  ]
}
