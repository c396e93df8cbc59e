/// Why a key that nobody used is limited. Raw values are the names that scripts see.
public enum CauseKind: String, Hashable, Sendable, CaseIterable {
  /// The limit is the account's, and others have used it up.
  case accountQuotaSpent = "account_quota_spent"
  /// The limit follows the address, which others share.
  case ipLimited = "ip_limited"
  /// The address is refused whatever it asks.
  case ipBlocked = "ip_blocked"
  /// The same, for the network that the address lies in.
  case networkBlocked = "network_blocked"
  /// Someone else spends the key's own bucket.
  case keyUsedElsewhere = "key_used_elsewhere"
  /// The counter never expires, or expires anew at every request.
  case stateDoesNotReset = "state_does_not_reset"
  /// The key has no allowance, or none for this.
  case keyRestricted = "key_restricted"
  /// The target takes no notice of the key, and counts everybody as anonymous.
  case keyNotRecognised = "key_not_recognised"
  /// The target has no room for anyone.
  case capacity
  /// One bucket for all clients, such as behind a proxy whose address is all that the limiter sees.
  case everyoneShares = "everyone_shares"
  case noCredit = "no_credit"
  /// A ban that grows with every violation.
  case escalatingBan = "escalating_ban"
  /// The client's software is refused, not the client.
  case clientStack = "client_stack"
  /// Requests in flight are counted, and others have them.
  case concurrency
  /// Several counters behind a balancer, of which some are spent.
  case replicaCounters = "replica_counters"
  /// A proxy on the caller's side refuses.
  case callersProxy = "callers_proxy"
  /// A limit of nothing for everyone.
  case misconfiguredLimit = "misconfigured_limit"
  /// Nothing is limited, beyond a passing error.
  case nothing = "none"
}
