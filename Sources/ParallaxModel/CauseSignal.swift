/// What one answer says by itself about why a request was limited: the port between the readers of answers and the
/// inference of causes. A signal is a claim of the target, never a proof.
public enum CauseSignal: Hashable, Sendable {
  /// The allowance of a window, as declared.
  case limit(Double)
  /// What is left of it, as declared.
  case remaining(Double)
  /// Seconds from the answer until it is said to be over (`Retry-After`, a reset), whatever the dialect.
  case resets(after: Double)
  /// The dimensions that the limit is said to be kept by; empty for everyone together.
  case scope(DimensionSet)
  /// What the words or codes of the answer speak of.
  case speaks(of: Topic)
  /// What the target calls the request, to be quoted to its owner.
  case named(String)

  public enum Topic: UInt8, Hashable, Sendable, CaseIterable {
    /// Credit, payment, an ended trial (`402`, `insufficient_quota`).
    case billing = 1
    /// An allowance of the account or the key that is used up.
    case quota
    /// The service's own load (`529`, `overloaded`, `temporary-reduced-capacity`).
    case capacity
    /// A block or a ban (`1015`, `abnormal-usage-detected`, abuse).
    case block
    /// Too many requests or connections at once.
    case concurrency
    /// A plan, tier or model that the key may not use.
    case entitlement
    /// A key that the target does not know or accept (`401`, `invalid_api_key`).
    case credential
    /// A proxy on the caller's own side.
    case callersProxy
  }
}
