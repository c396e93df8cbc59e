internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct PlanFileTests {
  @Test func readsTheWholePlan() throws {
    let plan = try PlanFile.parse(
      text: """
        target:
          url: https://api.example.com:8443/v1/models?limit=1
          method: HEAD
          headers: { Authorization: "Bearer {{ key }}", X-Who: "{{account}}/{{stack}}" }
          permission: "our own gateway, ticket OPS-1"
          ca_file: ca.pem
          timeout: 1500ms
          keep_alive: false
        accounts:
          A: { keys: { a1: { env: KEY_A1 }, a2: { file: ~/a2 } } }
          B: { keys: { b1: { command: [pass, show, api] }, b2: { command: pass show b2 } } }
        vantages: [fra1, nyc1]
        reference: { vantage: nyc1/198.51.100.8, key: a2 }
        dimensions: { path: [/v1/models, /v1/files], stack: [curl, go] }
        budget: { requests: 2_000, rate: 300/1m, duration: 1h30m }
        limited_when: [{ status: 200, body_contains: slow down }, { header: X-Limited }]
        expect:
          - { scope: [account, ip], limit: 60/1m, tolerance: 10% }
          - { scope: [], limit: 5, window: 2s, burst: 7, algorithm: token_bucket }
          - refuses_after: 60
            refusal: 429
            isolated: [key]
            retry_after: present
            reset: truthful
        """, file: "/etc/parallax/plan.yaml")
    #expect(
      plan.target.url
        == URLParts(scheme: .https, host: "api.example.com", port: 8443, path: "/v1/models?limit=1"))
    #expect(plan.target.method == "HEAD")
    #expect(
      plan.target.headers == [Header("Authorization", "Bearer {{key}}"), Header("X-Who", "{{account}}/{{stack}}")])
    #expect(plan.target.caFile == "/etc/parallax/ca.pem")
    #expect(plan.target.timeout == 1.5)
    #expect(!plan.target.keepAlive)
    #expect(plan.accounts.map(\.name) == ["A", "B"])
    #expect(plan.accounts[0].keys[0] == Key(name: "a1", source: .environment("KEY_A1")))
    guard case .file(let path) = plan.accounts[0].keys[1].source else {
      Issue.record("a2 is not read from a file")
      return
    }
    #expect(path.hasPrefix("/") && path.hasSuffix("/a2") && !path.contains("~"))
    #expect(plan.accounts[1].keys[0].source == .command(["pass", "show", "api"]))
    #expect(plan.accounts[1].keys[1].source == .command(["pass", "show", "b2"]))
    #expect(plan.vantages == ["fra1", "nyc1"])
    #expect(plan.reference == Plan.Reference(vantage: "nyc1/198.51.100.8", key: "a2"))
    #expect(plan.dimensions.map(\.name) == ["path", "stack"])
    #expect(plan.budget == Budget(requests: 2000, rate: 5, duration: 5400))
    #expect(plan.limitedWhen == [LimitRule(status: 200, bodyContains: "slow down"), LimitRule(header: "x-limited")])
    let line = try #require(plan.expectations.first?.line)
    #expect(
      plan.expectations == [
        Expectation(scope: ["ip", "account"], limit: 60, window: 60, tolerance: 0.1, line: line),
        Expectation(scope: [], limit: 5, window: 2, burst: 7, algorithm: .tokenBucket, line: line + 1),
        Expectation(
          refusesAfter: 60, refusal: 429, isolated: ["key"], retryAfter: .present, reset: .truthful, line: line + 2),
      ])
  }

  @Test func fillsInDefaults() throws {
    let plan = try PlanFile.parse(text: planText(), file: "plan.yaml")
    #expect(plan.target.method == "GET")
    #expect(plan.target.timeout == 10)
    #expect(plan.target.keepAlive)
    #expect(plan.budget == Budget(requests: 2000, rate: 50, duration: 900))
    #expect(plan.vantages == nil)
    #expect(plan.reference == Plan.Reference())
  }

  @Test(arguments: [
    ("http://127.0.0.1", "127.0.0.1", 80, "/"), ("HTTP://Example.COM/a", "example.com", 80, "/a"),
    ("\"http://[::1]:8080/x?q={{key}}\"", "::1", 8080, "/x?q={{key}}"), ("https://a.b?x=1", "a.b", 443, "/?x=1"),
  ])
  func readsURLs(text: String, host: String, port: Int, path: String) throws {
    let url = try PlanFile.parse(text: planText(url: text), file: "p").target.url
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.path == path)
  }

  @Test func starterFilesParse() throws {
    let plan = try PlanFile.parse(text: StarterFiles.plan, file: "plan.yaml")
    #expect(plan.accounts.map(\.name) == ["A", "B"])
    #expect(plan.budget.requests == 2000)
    let inventory = try InventoryFile.parse(text: StarterFiles.hosts, file: "hosts.yaml")
    #expect(inventory.vantages.map(\.name) == ["fra1", "nyc1"])
  }

  /// Every commented-out line of the starter files must be right too, once its mark is taken away.
  @Test func starterFilesParseUncommented() throws {
    func uncommented(_ text: String, _ marks: [String]) -> String {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let bare = line.drop { $0 == " " }
        guard bare.hasPrefix("# "), marks.contains(where: { bare.dropFirst(2).drop { $0 == " " }.hasPrefix($0) })
        else { return String(line) }
        return String(line.prefix { $0 == " " } + bare.dropFirst(2))
      }.joined(separator: "\n")
    }
    let plan = try PlanFile.parse(
      text: uncommented(
        StarterFiles.plan,
        [
          "timeout:", "keep_alive:", "ca_file:", "b2:", "b3:", "vantages:", "reference:", "dimensions:",
          "limited_when:", "- { status", "expect:", "- { scope",
        ]), file: "plan.yaml")
    #expect(plan.accounts[1].keys.count == 3)
    #expect(plan.expectations.count == 1)
    #expect(plan.limitedWhen.count == 1)
    let inventory = try InventoryFile.parse(
      text: uncommented(StarterFiles.hosts, ["nyc2:", "here:", "old1:", "pod1:"]), file: "hosts.yaml")
    #expect(inventory.hosts.map(\.name) == ["fra1", "nyc1", "nyc2", "here", "old1", "pod1"])
    #expect(inventory.vantages.count == 7)
  }
}
