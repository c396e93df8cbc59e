internal import ParallaxModel

/// One reading of an answer's declarations. Each dialect is an extension in a file of its own.
struct DeclarationReader {
  let headers: HeaderFields
  let body: BodyReading
  let status: Int?
  /// When the answer was made, seconds since 1970.
  let now: Double
  private(set) var result = Declarations()

  /// What tells two policies of one answer apart: whose headers they are, their name and what they count.
  private struct Identity: Hashable {
    let family: String
    let name: String?
    let unit: DeclaredPolicy.Unit
  }

  private var identities: [Identity] = []

  init(_ answer: Answer, now: Double) {
    headers = HeaderFields(answer.headers)
    body = BodyReading(answer.body)
    status = answer.status
    self.now = headers["date"].flatMap(TimeText.httpDate) ?? now
    if answer.status == 401 {
      report(.notRecognised, "status", "the target answers 401: it does not recognise the key")
    }
  }

  /// Changes the policy of this identity, which is made when it is first met.
  mutating func policy(
    family: String, name: String? = nil, unit: DeclaredPolicy.Unit = .requests, source: Dialect,
    _ change: (inout DeclaredPolicy) -> Void
  ) {
    let identity = Identity(family: family, name: name, unit: unit)
    if let index = identities.firstIndex(of: identity) {
      change(&result.policies[index])
      return
    }
    var policy = DeclaredPolicy(name: name, unit: unit, source: source)
    change(&policy)
    identities.append(identity)
    result.policies.append(policy)
  }

  mutating func changePolicies(_ change: (inout DeclaredPolicy) -> Void) {
    for index in result.policies.indices { change(&result.policies[index]) }
  }

  mutating func report(_ kind: SignalFinding.Kind, _ field: String, _ text: String) {
    result.findings.append(SignalFinding(kind: kind, field: field, text: text))
  }

  mutating func removeFindings(of field: String) { result.findings.removeAll { $0.field == field } }

  mutating func setRetryAfter(_ seconds: Double) { result.retryAfter = max(result.retryAfter ?? 0, seconds) }

  mutating func setReason(_ reason: String) { result.reason = result.reason ?? reason }

  /// A count that is never negative; services write -1 for "not known".
  mutating func count(_ text: some StringProtocol, field: String) -> Double? {
    guard let number = NumberText.decimal(text) else {
      report(.unparseable, field, "`\(text)` is not a number")
      return nil
    }
    guard number >= 0 else {
      report(.sentinel, field, "\(text) stands for no value")
      return nil
    }
    return number
  }

  /// Seconds until a moment that may be given as seconds from now, seconds or milliseconds since 1970, a date or a
  /// duration with units.
  mutating func untilReset(_ text: String, field: String) -> Double? {
    guard let moment = TimeText.moment(text) else {
      report(.unparseable, field, "`\(text)` is neither a number, a date nor a duration")
      return nil
    }
    switch moment {
    case .after(let seconds):
      guard seconds >= 0 else {
        report(.sentinel, field, "\(text) stands for no value")
        return nil
      }
      return seconds
    case .at(let time):
      // A second is within the rounding of both clocks.
      if time < now - 1 {
        report(.past, field, "it names a moment \(NumberText.shown((now - time).rounded())) s in the past")
      }
      return max(0, time - now)
    }
  }

  /// Signals that cannot both be true.
  mutating func checkConsistency() {
    for policy in result.policies {
      let name = policy.name.map { " of `\($0)`" } ?? ""
      if let limit = policy.limit, let remaining = policy.remaining, remaining > limit {
        report(
          .contradiction, "remaining",
          "the remaining \(NumberText.shown(remaining))\(name) is more than the limit \(NumberText.shown(limit))")
      }
      if policy.limit == 0 { report(.sentinel, "limit", "a limit\(name) of 0 stands for no value") }
      if let reset = policy.reset, let window = policy.window, reset > window * 1.5 + 1 {
        report(
          .contradiction, "reset",
          "the reset\(name) in \(NumberText.shown(reset)) s is longer than the window of \(NumberText.shown(window)) s")
      }
    }
    let resets = result.policies.filter { $0.remaining == 0 }.compactMap(\.reset)
    if let retry = result.retryAfter, let first = resets.min(), let last = resets.max(),
      retry > last * 1.5 + 2 || retry < first / 1.5 - 2
    {
      report(
        .contradiction, "retry-after",
        "it asks to wait \(NumberText.shown(retry)) s, but the spent limit resets in \(NumberText.shown(first)) s")
    }
  }
}
