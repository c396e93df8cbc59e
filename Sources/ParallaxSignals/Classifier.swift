public import ParallaxModel

/// Decides from the whole answer whether a limiter let a request pass.
///
/// The status alone decides nothing: services refuse with 429, 403, 503, 402, 400 and even 200, and a 503 may be an
/// outage. What the experiment needs of a refusal is that it tells *limited* from *served or failed for another
/// reason*; where a status can be both, it counts as limited here, and the experiment's controls and its hypothesis of
/// a coinciding outage settle it.
///
/// | status | limited if |
/// |---|---|
/// | 429, 420, 430, 509, 529, 402 | always |
/// | 503 | unless it carries the words of a proxy that cannot reach its server, or of maintenance: `limit_req` of a stock nginx and `deny_status 503` of haproxy refuse with their plain 503 pages |
/// | 403 | unless its error speaks of credentials or permissions: haproxy's `deny`, and many bans, are plain 403s |
/// | 400, 401, 404 and other 4xx | its error code or sentence speaks of a limit |
/// | 500, 502, 504, 52x | its error code speaks of a limit; otherwise it says nothing |
/// | 2xx | the body as a whole is an error about limits |
/// | 3xx | it leads to a page about limits |
///
/// A 401 without such words is *passed*: the limiter was passed, the key was not recognised; `Declarations` reports it.
public struct Classifier: Sendable {
  private let rules: [LimitRule]

  /// - Parameter rules: the plan's own; an answer that meets one of them is limited, whatever else it looks like.
  public init(rules: [LimitRule]) {
    self.rules = rules
  }

  public func read(_ answer: Answer) -> Reading {
    guard let status = answer.status else { return withoutStatus(answer.failure) }
    if rules.contains(where: { $0.isMet(by: answer) }) { return limited(answer, HeaderFields(answer.headers)) }
    if (200...299).contains(status), !Self.mayBeAnError(answer.body) {
      return cutShort(answer) ?? .passed
    }
    let headers = HeaderFields(answer.headers)
    let body = BodyReading(answer.body)
    if isLimited(status, headers, body) { return limited(answer, headers, body) }
    if let reading = cutShort(answer) { return reading }
    return isServerError(status) ? .void(.serverError) : .passed
  }

  /// Who refused, with the grounds in words. For answers that `read` calls limited.
  public func whoSaysNo(_ answer: Answer) -> LayerReading {
    WhoSaysNo(answer: answer, headers: HeaderFields(answer.headers), body: BodyReading(answer.body)).reading()
  }

  // MARK: Deciding

  private func isLimited(_ status: Int, _ headers: HeaderFields, _ body: BodyReading) -> Bool {
    switch status {
    case 402, 420, 429, 430, 509, 529: true
    case 503: !speaksOfOutage(headers, body)
    case 403: body.meaning != .authentication || isExhausted(headers)
    case 200...299: body.isErrorOfLimits
    case 300...399: leadsToRefusal(headers)
    case 413, 414, 416, 431: false
    case 400...499:
      headers["x-amzn-errortype"].flatMap(Vocabulary.meaning(ofCode:)) == .limit
        || (body.meaning ?? .authentication) >= .limit
    default: speaksOfLimitsByCode(headers, body)
    }
  }

  private func isServerError(_ status: Int) -> Bool { status >= 500 || status < 200 || status == 408 }

  /// Words that stand only on the pages of proxies whose server failed, or on a page about maintenance.
  private func speaksOfOutage(_ headers: HeaderFields, _ body: BodyReading) -> Bool {
    if let meaning = body.meaning, meaning >= .limit { return false }
    if headers.product == "awselb" { return true }
    return [
      "upstream connect error", "no healthy upstream", "backend fetch failed", "backend unavailable",
      "connection refused", "maintenance", "application error", "dns failure", "origin is unreachable",
      "no available server", "failure to get a peer from the ring-balancer", "name resolution failed",
    ].contains { body.lowercased.contains($0) }
  }

  private func isExhausted(_ headers: HeaderFields) -> Bool {
    if headers.contains("retry-after") { return true }
    return headers.fields.contains {
      $0.name.contains("remaining") && $0.name.contains("limit") && Double($0.value) == 0
    }
  }

  private func speaksOfLimitsByCode(_ headers: HeaderFields, _ body: BodyReading) -> Bool {
    if headers["x-amzn-errortype"].flatMap(Vocabulary.meaning(ofCode:)) == .limit { return true }
    switch body.shape {
    case .json, .xml: return body.isErrorOfLimits
    case .html, .text, .empty: return false
    }
  }

  private func leadsToRefusal(_ headers: HeaderFields) -> Bool {
    guard let location = headers["location"]?.lowercased() else { return false }
    return ["/sorry/", "rate-limit", "rate_limit", "ratelimit", "too-many", "toomany", "captcha"].contains {
      location.contains($0)
    }
  }

  /// A cheap look before a successful body is read: does any word of refusals stand in it at all?
  private static func mayBeAnError(_ body: [UInt8]) -> Bool {
    guard !body.isEmpty, body.count < Answer.bodyLimit else { return false }
    let text = String(decoding: body, as: UTF8.self).lowercased()
    return [
      "limit", "quota", "throttl", "too many", "toomany", "slow", "exceed", "frequency", "429", "credit", "balance",
      "overload", "exhaust",
    ].contains { text.contains($0) }
  }

  /// What an answer says that began and did not end; nil for one that is complete, or only too long to keep.
  private func cutShort(_ answer: Answer) -> Reading? {
    answer.failure == nil || answer.failure == .tooLarge ? nil : withoutStatus(answer.failure)
  }

  private func withoutStatus(_ failure: Answer.Failure?) -> Reading {
    switch failure {
    case .timeout, .connectionTimeout, nil: .void(.silence)
    case .reset: .void(.reset)
    case .notSent: .void(.notSent)
    case .resolution, .connectionRefused, .unreachable, .tls, .sourceAddress: .void(.unreachable)
    case .invalidResponse, .tooLarge: .void(.serverError)
    }
  }

  // MARK: Describing

  private func limited(_ answer: Answer, _ headers: HeaderFields, _ body: BodyReading? = nil) -> Reading {
    let body = body ?? BodyReading(answer.body)
    let who = WhoSaysNo(answer: answer, headers: headers, body: body).reading()
    return .limited(
      Signature(
        status: answer.status, server: headers.product, headers: headers.limitNames, body: body.summary,
        layer: who.layer))
  }
}
