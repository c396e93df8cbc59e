/// A target with a history, of which the cause of the refusals is known: `Scenarios/serve` makes it.
struct Scenario: Sendable {
  let name: String
  let cause: String
  /// That is waited at most to find it.
  var seconds = 20.0
  /// Names of the keys of account A; a3 is made like a1.
  var keys = ["a1", "a2"]
  /// Client addresses. 127.0.0.11 and 127.0.0.12 lie in one network, 127.0.0.27 lies outside of it.
  var addresses = ["127.0.0.11", "127.0.0.27"]
  /// Values of the User-Agent header to compare; none for the agent's own.
  var clients: [String] = []

  private static let threeKeys = ["a1", "a2", "a3"]

  /// The five candidates that the project was started for.
  static let candidates = [
    Scenario(name: "account-quota", cause: "account_quota_spent", seconds: 30),
    Scenario(name: "account-nginx", cause: "account_quota_spent", seconds: 40),
    Scenario(name: "ip-nginx", cause: "ip_limited", seconds: 40),
    Scenario(name: "ip-blocked", cause: "ip_blocked", seconds: 30),
    Scenario(name: "key-elsewhere", cause: "key_used_elsewhere", seconds: 30),
    Scenario(name: "no-expiry-key", cause: "state_does_not_reset", seconds: 30, keys: threeKeys),
    Scenario(name: "restricted-key", cause: "key_restricted", keys: threeKeys),
  ]

  /// More causes, each seen in public.
  static let further = [
    Scenario(name: "shared-egress", cause: "ip_limited", seconds: 30),
    Scenario(name: "free-tier", cause: "ip_limited", seconds: 30),
    Scenario(
      name: "network-blocked", cause: "network_blocked", seconds: 30,
      addresses: ["127.0.0.11", "127.0.0.12", "127.0.0.27"]),
    Scenario(
      name: "client-stack", cause: "client_stack", clients: ["python-requests/2.31", "curl/8.5"]),
    Scenario(name: "no-expiry-account", cause: "state_does_not_reset", seconds: 30),
    Scenario(name: "renewed-expiry", cause: "state_does_not_reset", seconds: 40, keys: threeKeys),
    Scenario(name: "escalating-ban", cause: "escalating_ban"),
    Scenario(name: "no-credit", cause: "no_credit"),
    Scenario(name: "overloaded", cause: "capacity"),
    Scenario(name: "limit-of-zero", cause: "misconfigured_limit"),
    Scenario(name: "callers-proxy", cause: "callers_proxy"),
    Scenario(name: "proxy-address", cause: "everyone_shares"),
    Scenario(name: "wrong-header", cause: "key_not_recognised", seconds: 30),
    Scenario(name: "concurrency", cause: "concurrency"),
    Scenario(name: "replicas", cause: "replica_counters"),
  ]

  static let healthy = Scenario(name: "healthy", cause: "none")

  /// The plan of a user who knows nothing of it.
  func plan(url: String) -> String {
    let own = keys.map { "\($0): { env: KEY_\($0.uppercased()) }" }.joined(separator: ", ")
    var plan = """
      target:
        url: \(url)
        headers:
          Authorization: "Bearer {{key}}"
        permission: "a target of the test's own"
      accounts:
        A: { keys: { \(own) } }
        B: { keys: { b1: { env: KEY_B1 } } }
      budget: { requests: 200, rate: 50/s, duration: 5m }

      """
    if !clients.isEmpty {
      plan = plan.replacing("\"Bearer {{key}}\"\n", with: "\"Bearer {{key}}\"\n    User-Agent: \"{{client}}\"\n")
      plan += "dimensions: { client: [\(clients.joined(separator: ", "))] }\n"
    }
    return plan
  }

  var inventory: String {
    let hosts = addresses.enumerated().map { "  client\($0 + 1): { source_addresses: [\($1)] }" }
    return "defaults: { transport: local }\nhosts:\n" + hosts.joined(separator: "\n") + "\n"
  }

  static let keyValues = ["KEY_A1": "a1", "KEY_A2": "a2", "KEY_A3": "a3", "KEY_B1": "b1"]
}
