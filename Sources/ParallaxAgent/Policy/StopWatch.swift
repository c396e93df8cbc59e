package import ParallaxModel
package import ParallaxWire

/// Watches for answers that break a stop rule. Pure.
package struct StopWatch {
  /// Answers among which a share is taken; fewer say nothing.
  private static let window = 50
  /// Answers of which the median latency is taken.
  private static let latencyWindow = 20

  private let rules: StopRules
  private let reader: AnswerReader
  private var serverErrors = RecentShare(of: StopWatch.window)
  private var connectionErrors = RecentShare(of: StopWatch.window)
  private var latencies: [Double] = []
  private var isBroken = false

  package init(rules: StopRules, reader: AnswerReader) {
    self.rules = rules
    self.reader = reader
  }

  /// Takes a request's end in; returns why the run must end, once.
  package mutating func note(_ record: AgentRecord) -> String? {
    guard !isBroken, record.refusal == nil else { return nil }
    let reason = connection(record) ?? answer(record)
    isBroken = reason != nil
    return reason
  }

  private mutating func connection(_ record: AgentRecord) -> String? {
    connectionErrors.note(record.answer.failure?.isOfConnecting ?? false)
    guard let limit = rules.connectionErrors, let share = connectionErrors.value, share > limit else { return nil }
    return "\(Self.percent(share)) of the last \(Self.window) requests found no connection "
      + "(stop.connection_errors: \(Self.percent(limit)))"
  }

  private mutating func answer(_ record: AgentRecord) -> String? {
    let answer = record.answer
    guard let status = answer.status else { return nil }
    if let rule = rules.when.first(where: { reader.meets($0, answer) }) {
      return "an answer with status \(status) meets a rule of stop.when (\(Self.words(rule)))"
    }
    // Only what is no success has to be read.
    let isSuccess = status < 300
    let reading = isSuccess ? Reading.passed : reader.read(answer)
    serverErrors.note(reading == .void(.serverError))
    if let limit = rules.serverErrors, let share = serverErrors.value, share > limit {
      return "\(Self.percent(share)) of the last \(Self.window) answers were server errors "
        + "(stop.server_errors: \(Self.percent(limit)))"
    }
    if let limit = rules.retryAfter, !isSuccess, let wait = reader.retryAfter(answer), wait > limit {
      return "an answer with status \(status) asks to wait for \(Int(wait)) s (stop.retry_after: \(Int(limit)) s)"
    }
    return slowness(Double(record.timings.end - record.timings.sent) / 1e9)
  }

  private mutating func slowness(_ latency: Double) -> String? {
    guard let limit = rules.latency else { return nil }
    latencies.append(latency)
    if latencies.count > Self.latencyWindow { latencies.removeFirst() }
    guard latencies.count == Self.latencyWindow else { return nil }
    let median = latencies.sorted()[Self.latencyWindow / 2]
    guard median > limit else { return nil }
    return "the last \(Self.latencyWindow) answers took \(Int(median * 1000)) ms at the median "
      + "(stop.latency: \(Int(limit * 1000)) ms)"
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private static func words(_ rule: LimitRule) -> String {
    [
      rule.status.map { "status: \($0)" }, rule.bodyContains.map { "body_contains: \($0)" },
      rule.header.map { "header: \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }
}

/// How many of the last so many were so.
private struct RecentShare {
  private let size: Int
  private var recent: [Bool] = []
  private var next = 0
  private var hits = 0

  init(of size: Int) { self.size = size }

  /// nil until there were enough.
  var value: Double? { recent.count == size ? Double(hits) / Double(size) : nil }

  mutating func note(_ hit: Bool) {
    if hit { hits += 1 }
    if recent.count < size {
      recent.append(hit)
    } else {
      if recent[next] { hits -= 1 }
      recent[next] = hit
      next = next + 1 == size ? 0 : next + 1
    }
  }
}

extension Answer.Failure {
  /// No connection came to stand.
  fileprivate var isOfConnecting: Bool {
    switch self {
    case .resolution, .connectionRefused, .connectionTimeout, .unreachable, .tls: true
    case .reset, .timeout, .invalidResponse, .tooLarge, .sourceAddress, .notSent: false
    }
  }
}
