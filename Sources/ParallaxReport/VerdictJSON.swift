public import ParallaxModel

/// The verdict as JSON, schema `parallax.verdict/1`: what scripts depend on.
///
/// Every key is always there; what is not known is null. Times are in seconds.
public enum VerdictJSON {
  /// Indented, ended by a line feed.
  public static func encode(_ verdict: Verdict) -> String { value(of: verdict).pretty() + "\n" }

  private static func value(of verdict: Verdict) -> JSONValue {
    .object([
      ("schema", .string("parallax.verdict/1")),
      ("run", .string(verdict.run)),
      ("plan_digest", .string(verdict.planDigest)),
      ("status", .string(verdict.status.rawValue)),
      ("limiters", .array(verdict.limiters.map(value))),
      ("causes", .array(verdict.causes.map(value))),
      (
        "inconclusive",
        verdict.inconclusive.map {
          .object([("because", .string($0.because)), ("to_settle", .string($0.toSettle))])
        } ?? .null
      ),
      ("notes", .strings(verdict.notes)),
      ("requests_sent", .integer(verdict.requestsSent)),
      ("duration_s", .number(verdict.duration)),
    ])
  }

  private static func value(of limiter: Limiter) -> JSONValue {
    .object([
      ("scope", .strings(limiter.scope)),
      ("posterior", .number(limiter.posterior)),
      ("kind", .string(limiter.kind.rawValue)),
      ("layer", .string(limiter.signature.layer.name)),
      (
        "signature",
        .object([
          ("status", .integer(limiter.signature.status)), ("server", .string(limiter.signature.server)),
          ("headers", .strings(limiter.signature.headers)),
        ])
      ),
      (
        "algorithm",
        .object([
          ("name", .string(limiter.algorithm.name.rawValue)), ("posterior", .number(limiter.algorithm.posterior)),
        ])
      ),
      ("limit", value(of: limiter.limit)),
      ("window_s", value(of: limiter.window)),
      ("burst", value(of: limiter.burst)),
      ("counts_rejected", .boolean(limiter.countsRejected)),
      ("prefix", .string(limiter.prefix)),
      (
        "declared",
        limiter.declared.map {
          .object([("limit", .number($0.limit)), ("window_s", .number($0.window)), ("agrees", .boolean($0.agrees))])
        } ?? .null
      ),
      ("evidence", .array(limiter.evidence.map(value))),
      ("alternatives", .strings(limiter.alternatives)),
    ])
  }

  private static func value(of estimate: Estimate?) -> JSONValue {
    guard let estimate else { return .null }
    return .object([
      ("value", .number(estimate.value)), ("low", .number(estimate.low)), ("high", .number(estimate.high)),
    ])
  }

  private static func value(of evidence: Evidence) -> JSONValue {
    .object([
      ("contrast", .string(evidence.contrast)), ("cell", .string(evidence.cell)),
      ("relation", .string(evidence.relation.rawValue)), ("limited", .integer(evidence.limited)),
      ("sent", .integer(evidence.sent)), ("control", .string(evidence.control)),
      ("posterior", .number(evidence.posterior)),
    ])
  }

  private static func value(of cause: Cause) -> JSONValue {
    .object([
      ("cause", .string(cause.cause)), ("posterior", .number(cause.posterior)), ("because", .string(cause.because)),
      ("next", .string(cause.next)),
    ])
  }
}
