/// Worlds in which a fresh key is limited at its first request, by the reason.
public enum MysteryKind: String, Sendable, Hashable, CaseIterable {
  // What the prototype's worlds are drawn from.
  case accountSpent, addressShared, addressBlocked, keyUsedElsewhere, keyStuck, accountStuck, keyRestricted
  case keyCostsTooMuch, saturated
  // Further ones.
  case keyRenewed, keyNotRecognised, noCredit, networkBlocked, clientStack, escalatingBan, everyoneShares
  case misconfigured, concurrency, callersProxy
  /// One passing error that looks like a refusal.
  case passingError

  /// The name of the cause that a right conclusion gives.
  public var cause: String {
    switch self {
    case .accountSpent: "account_quota_spent"
    case .addressShared: "ip_limited"
    case .addressBlocked: "ip_blocked"
    case .keyUsedElsewhere: "key_used_elsewhere"
    case .keyStuck, .accountStuck, .keyRenewed: "state_does_not_reset"
    case .keyRestricted, .keyCostsTooMuch: "key_restricted"
    case .saturated: "capacity"
    case .keyNotRecognised: "key_not_recognised"
    case .noCredit: "no_credit"
    case .networkBlocked: "network_blocked"
    case .clientStack: "client_stack"
    case .escalatingBan: "escalating_ban"
    case .everyoneShares: "everyone_shares"
    case .misconfigured: "misconfigured_limit"
    case .concurrency: "concurrency"
    case .callersProxy: "callers_proxy"
    case .passingError: "none"
    }
  }

  /// The prototype's mixture.
  public static let mixture: [(MysteryKind, Double)] = [
    (.accountSpent, 0.24), (.addressShared, 0.1), (.addressBlocked, 0.1), (.keyUsedElsewhere, 0.15),
    (.keyStuck, 0.08), (.accountStuck, 0.05), (.keyRestricted, 0.18), (.keyCostsTooMuch, 0.05), (.saturated, 0.05),
  ]
}
