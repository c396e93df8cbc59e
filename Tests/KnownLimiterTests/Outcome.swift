internal import Foundation

/// What Parallax said of a known limiter, beside the truth.
struct Outcome: Sendable {
  enum Score: String, Sendable {
    case right, wrong, open
  }

  struct Said: Decodable, Sendable {
    struct Limiter: Decodable, Sendable {
      struct Algorithm: Decodable, Sendable {
        var name: String
      }
      struct Estimate: Decodable, Sendable {
        var value: Double
        var low: Double
        var high: Double
      }
      var scope: [String]
      var kind: String
      var algorithm: Algorithm
      var limit: Estimate?
      var window: Estimate?
      var burst: Estimate?
      var prefix: String?

      enum CodingKeys: String, CodingKey {
        case scope, kind, algorithm, limit, burst, prefix
        case window = "window_s"
      }
    }
    struct Inconclusive: Decodable, Sendable {
      var because: String
    }
    var status: String
    var limiters: [Limiter]
    var inconclusive: Inconclusive?
    var requestsSent: Int
    var duration: Double

    enum CodingKeys: String, CodingKey {
      case status, limiters, inconclusive
      case requestsSent = "requests_sent"
      case duration = "duration_s"
    }
  }

  let limiter: KnownLimiter
  /// nil where the program failed.
  let said: Said?
  /// What it complained of.
  let complaint: String

  /// Of several layers the first that is met counts: which one that is depends on where the load begins.
  var scope: Score {
    guard let said, said.status != "inconclusive", said.status != "aborted" else { return .open }
    let found = said.limiters.map { Set($0.scope) }
    return !found.isEmpty && found.allSatisfy { scope in limiter.limits.contains { $0.scope == scope } }
      ? .right : .wrong
  }

  /// The truth's limit that the first found one is.
  private var matched: (KnownLimiter.Limit, Said.Limiter)? {
    guard let first = said?.limiters.first, scope == .right else { return nil }
    return limiter.limits.first { $0.scope == Set(first.scope) }.map { ($0, first) }
  }

  var kindIsRight: Bool? { matched.map { ($0.kind ?? "rate") == $1.kind } }

  /// nil where the truth has none, or where none was named.
  var algorithmIsRight: Bool? {
    guard let (truth, found) = matched, let name = truth.algorithm, found.algorithm.name != "unknown" else {
      return nil
    }
    return name == found.algorithm.name
  }

  /// A line of the table.
  var line: String {
    let truth = limiter.limits.map { limit in
      [limit.scope.sorted().joined(separator: "+"), limit.kind, limit.algorithm].compactMap(\.self)
        .map { $0.isEmpty ? "everyone" : $0 }.joined(separator: " ")
    }.joined(separator: "; ")
    let found = said?.limiters.map { limiter in
      var text = limiter.scope.isEmpty ? "everyone" : limiter.scope.joined(separator: "+")
      text += " \(limiter.kind) \(limiter.algorithm.name)"
      if let limit = limiter.limit { text += String(format: " %.3g", limit.value) }
      if let window = limiter.window { text += String(format: "/%.3g s", window.value) }
      if let burst = limiter.burst { text += String(format: " burst %.3g", burst.value) }
      return limiter.prefix.map { "\(text) \($0)" } ?? text
    }.joined(separator: "; ")
    let requests = said.map { String(format: "%4d %5.0f s", $0.requestsSent, $0.duration) } ?? ""
    let rest = said == nil ? complaint : said?.inconclusive?.because
    return [limiter.name, scope.rawValue, requests, truth, found ?? "", rest ?? ""].joined(separator: " | ")
  }
}
