/// When a run ends by itself because the target suffers or has had enough. Agents look at every answer, so that nothing
/// is sent after the one that breaks a rule; the controller then stops all others.
///
/// The refusals of a limiter are what a run looks for and break no rule but `when` and `retryAfter`.
public struct StopRules: Hashable, Sendable {
  /// The share of server errors (5xx that are no refusals) among the last answers, above which a run ends.
  public var serverErrors: Double?
  /// The share of requests that found no connection among the last ones.
  public var connectionErrors: Double?
  /// The median of the last answers' latencies, seconds.
  public var latency: Double?
  /// A refusal that asks to wait for longer, seconds.
  public var retryAfter: Double?
  /// Answers that end a run at once, such as the page of a ban.
  public var when: [LimitRule]

  /// Half of the answers server errors, nearly no connection, or being told to come back after more than a day.
  public init(
    serverErrors: Double? = 0.5, connectionErrors: Double? = 0.95, latency: Double? = nil,
    retryAfter: Double? = 86_400, when: [LimitRule] = []
  ) {
    self.serverErrors = serverErrors
    self.connectionErrors = connectionErrors
    self.latency = latency
    self.retryAfter = retryAfter
    self.when = when
  }
}
