public import ParallaxModel

/// A limit as an answer declares it. All of it is a claim: where several workers count apart, or the limiter is
/// configured otherwise than it looks, it is false, and the measurement says so.
public struct DeclaredPolicy: Hashable, Sendable {
  /// What is counted.
  public enum Unit: String, Hashable, Sendable, CaseIterable {
    case requests, tokens, bytes, concurrency, cost
  }

  /// Its own name where it has one, such as `burst`, `minute`, `input` or GitHub's `search`.
  public var name: String?
  /// Units per window.
  public var limit: Double?
  public var remaining: Double?
  /// Seconds from the answer until the count starts anew, or until more is allowed.
  public var reset: Double?
  /// Seconds.
  public var window: Double?
  public var unit: Unit
  /// Dimensions that it says it is keyed on; empty means everyone shares it; nil when it says nothing.
  public var scope: [String]?
  /// The bucket's own identifier. It stays the same for all requests that share the bucket.
  public var partition: String?
  public var source: Dialect

  public init(
    name: String? = nil, limit: Double? = nil, remaining: Double? = nil, reset: Double? = nil, window: Double? = nil,
    unit: Unit = .requests, scope: [String]? = nil, partition: String? = nil, source: Dialect
  ) {
    self.name = name
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
    self.window = window
    self.unit = unit
    self.scope = scope
    self.partition = partition
    self.source = source
  }
}

/// In whose words a limit is declared.
public enum Dialect: String, Hashable, Sendable, CaseIterable {
  /// `RateLimit` and `RateLimit-Policy` as structured fields (IETF draft 08 and later).
  case structured
  /// `RateLimit: limit=10, remaining=5, reset=1` (draft 07).
  case draft07
  /// `RateLimit-Limit`, `-Remaining`, `-Reset` (draft 06 and before).
  case draft06
  /// `X-RateLimit-*` and `X-Rate-Limit-*` of no known service.
  case common
  case anthropic, azure, discord, docker, github, google, hubspot, kong, meta, openai, riot
  case salesforce, shopify
  /// A problem document (RFC 9457) of the rate-limit drafts.
  case problem
}

/// A signal that cannot be read, or that contradicts another.
public struct SignalFinding: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Not in any form that is known.
    case unparseable
    /// Understood, but not in a form that the standard allows: other clients may not understand it.
    case nonstandard
    /// A value that stands for "no value", such as -1.
    case sentinel
    /// Two signals of one answer that cannot both be true.
    case contradiction
    /// A moment that lies in the past.
    case past
    /// It did not come true.
    case untrue
    /// The target did not recognise the key, so the answer says little about limits of keys.
    case notRecognised
  }

  public var kind: Kind
  /// Name of the header in lower case, or `body` with a path.
  public var field: String
  public var text: String

  public init(kind: Kind, field: String, text: String) {
    self.kind = kind
    self.field = field
    self.text = text
  }
}

/// Everything that one answer says about limits.
public struct Declarations: Hashable, Sendable {
  /// In the order in which they were met.
  public var policies: [DeclaredPolicy]
  /// Seconds to wait before the next request; where it cannot be read, `RetryAfter.fallback`.
  public var retryAfter: Double?
  /// The reason that a refusal gives, as a code, such as `ThrottlingException` or `endpoint-rate`.
  public var reason: String?
  public var findings: [SignalFinding]

  public init(
    policies: [DeclaredPolicy] = [], retryAfter: Double? = nil, reason: String? = nil, findings: [SignalFinding] = []
  ) {
    self.policies = policies
    self.retryAfter = retryAfter
    self.reason = reason
    self.findings = findings
  }

  /// The policy that an answer is most likely about: the spent one with the longest wait, or else the one of requests
  /// with the smallest share left.
  public var binding: DeclaredPolicy? {
    let spent = policies.filter { $0.remaining == 0 }
    if let longest = spent.max(by: { ($0.reset ?? 0) < ($1.reset ?? 0) }) { return longest }
    func share(_ policy: DeclaredPolicy) -> Double {
      guard let limit = policy.limit, limit > 0 else { return 1 }
      return (policy.remaining ?? limit) / limit
    }
    let counted = policies.filter { $0.unit == .requests && ($0.limit ?? 1) > 0 }
    return counted.min { share($0) < share($1) } ?? policies.first
  }

  /// - Parameter now: seconds since 1970, used where the answer has no `Date` of its own to count from.
  public static func read(_ answer: Answer, now: Double) -> Declarations {
    var reader = DeclarationReader(answer, now: now)
    reader.readStructuredFields()
    reader.readRateHeaders()
    reader.readServiceHeaders()
    reader.readBody()
    reader.readRetryAfter()
    reader.checkConsistency()
    return reader.result
  }
}
