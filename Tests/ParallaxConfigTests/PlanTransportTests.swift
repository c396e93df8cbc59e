internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct PlanTransportTests {
  private func plan(target: String = "", rest: String = "") throws -> Plan {
    try PlanFile.parse(
      text: """
        target:
          url: https://api.example.com/v1/models
          headers: { Authorization: "Bearer {{key}}" }
          permission: our own
        \(target)
        accounts: { A: { keys: { a1: { env: KEY_A1 } } } }
        \(rest)
        """, file: "/etc/parallax/plan.yaml")
  }

  @Test func http11WithoutFurtherWords() throws {
    let plan = try plan()
    #expect(plan.target.transport == Transport(version: .http1))
    #expect(plan.target.clientCertificate == nil && plan.target.addressFamily == nil)
    #expect(plan.stopRules == StopRules())
  }

  @Test func transportAndCertificateAreRead() throws {
    let plan = try plan(
      target:
        "  http: 2\n  streams: 40\n  compression: gzip\n  ip_version: 6\n  client_certificate: c.pem\n  client_key: ~/c.key\n  contact: ops@example.com"
    )
    #expect(plan.target.contact == "ops@example.com")
    #expect(plan.target.transport == Transport(version: .http2, streams: 40, acceptsGzip: true))
    #expect(plan.target.addressFamily == .ipv6)
    #expect(plan.target.clientCertificate?.certificateFile == "/etc/parallax/c.pem")
    #expect(plan.target.clientCertificate?.keyFile.hasSuffix("/c.key") == true)
  }

  @Test func stopRulesAreRead() throws {
    let plan = try plan(
      rest: """
        stop:
          server_errors: 20%
          connection_errors: off
          latency: 1500ms
          retry_after: 1h
          when: [{ status: 403, body_contains: banned }]
        """)
    #expect(
      plan.stopRules
        == StopRules(
          serverErrors: 0.2, connectionErrors: nil, latency: 1.5, retryAfter: 3600,
          when: [LimitRule(status: 403, bodyContains: "banned")]))
  }

  @Test(arguments: [
    ("  http: 3", "target.http", 5), ("  compression: br", "gzip or none", 5), ("  streams: 4", "needs HTTP/2", 5),
    ("  ip_version: 5", "4 or 6", 5),
    ("  client_key: c.key", "belong together", 5), ("  http: 2\n  streams: 0", "between 1 and 1000", 6),
    ("  contact: a (b)", "target.contact", 5),
  ])
  func whatCannotBeIsNamedWithItsLine(target: String, words: String, line: Int) {
    let error = #expect(throws: ParallaxError.self) { try plan(target: target) }
    #expect(error?.code == .planInvalid && error?.location?.line == line)
    #expect(error.map { "\($0)" }?.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    "Connection", "keep-alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
  ])
  func headersForTheNextHopAloneAreRefused(name: String) {
    let error = #expect(throws: ParallaxError.self) {
      try PlanFile.parse(
        text: """
          target:
            url: https://api.example.com/
            permission: our own
            headers:
              Authorization: "Bearer {{key}}"
              \(name): x
          accounts: { A: { keys: { a1: { env: KEY_A1 } } } }
          """, file: "plan.yaml")
    }
    #expect(error?.location?.line == 6)
  }
}
