internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct PlanErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let says: String
    var remedy: String?
    var line: Int?
    var testDescription: String { says }
  }

  @Test(arguments: [
    Case(text: "", says: "empty"),
    Case(text: "target: [", says: "YAML syntax", line: 2),
    Case(text: "target:\n\turl: x", says: "YAML syntax", line: 2),
    Case(text: "--- \na: 1\n---\nb: 2", says: "another document", line: 3),
    Case(text: "a: &x 1\nb: *x", says: "anchors and aliases are not allowed", line: 1),
    Case(text: planText(more: "budget: { rate: 5 }\nbudget: { rate: 6 }"), says: "`budget` stands more than once"),
    Case(
      text: planText(more: "vantage: [a]"), says: "unknown key `vantage`", remedy: "did you mean `vantages`?", line: 6),
    Case(text: planText(target: "metod: GET"), says: "unknown key `metod` in `target`", remedy: "`method`", line: 5),
    Case(text: planText(target: "allow-unsafe-methods: true"), says: "unknown key", remedy: "`allow_unsafe_methods`"),
    Case(text: "- a\n- b", says: "must be a mapping", line: 1),
    Case(text: "accounts: {}", says: "`target` is missing"),
    Case(text: "target: { url: http://a }\naccounts: {}", says: "`permission` is missing", remedy: "on what ground"),
    Case(
      text: planText(target: "method: POST"), says: "`target.method` is POST", remedy: "allow_unsafe_methods", line: 5),
    Case(text: planText(target: "timeout: soon"), says: "must be a duration", remedy: "15m"),
    Case(text: planText(target: "keep_alive: 3"), says: "true or false"),
    Case(text: planText(url: "ftp://a/b"), says: "http:// or https://", line: 2),
    Case(text: planText(url: "api.example.com"), says: "is not a URL"),
    Case(text: planText(url: "https://me:pw@a/b"), says: "user information", remedy: "{{key}}"),
    Case(text: planText(url: "https://a:99999/"), says: "port"),
    Case(text: planText(url: "https://a b/"), says: "host name"),
    Case(text: planText(url: "https://exa_mple..com/"), says: "host name"),
    Case(text: planText(url: "https://a/b#c"), says: "fragment"),
    Case(text: planText(url: "\"https://a/{{kye}}\""), says: "{{kye}}", remedy: "did you mean {{key}}?"),
    Case(text: planText(headers: "{ A: \"{{key\" }"), says: "unbalanced"),
    Case(text: planText(headers: "{ X-Test: a }"), says: "uses {{key}}"),
    Case(text: planText(headers: "{ X: \"{{key}}\", \"a b\": c }"), says: "not a valid header name"),
    Case(text: planText(headers: "{ X: \"{{key}}\\r\\nY: z\" }"), says: "control character"),
    Case(text: planText(headers: "{ X: \"{{key}}\", Host: b }"), says: "set by the agent"),
    Case(text: planText(accounts: "{}"), says: "`accounts` is empty"),
    Case(text: planText(accounts: "{ A: { keys: {} } }"), says: "has no keys"),
    Case(
      text: planText(accounts: "{ A: { keys: { k: { env: K } } }, B: { keys: { k: { env: L } } } }"),
      says: "two accounts"),
    Case(text: planText(accounts: "{ A: { keys: { \"a b\": { env: K } } } }"), says: "letters, digits"),
    Case(text: planText(accounts: "{ A: { keys: { k: { env: K, file: f } } } }"), says: "exactly one"),
    Case(text: planText(more: "vantages: []"), says: "`vantages` is empty"),
    Case(text: planText(more: "vantages: [a, a]"), says: "stands twice"),
    Case(text: planText(more: "vantages: a"), says: "must be a list"),
    Case(text: planText(more: "reference: { key: zz }"), says: "reference key", remedy: "a1, a2, b1"),
    Case(text: planText(more: "reference: { keys: a1 }"), says: "unknown key `keys`", remedy: "did you mean `key`?"),
    Case(text: planText(more: "dimensions: { path: [/a] }"), says: "at least two"),
    Case(text: planText(more: "dimensions: { path: [a, /b] }"), says: "must start with `/`"),
    Case(text: planText(more: "dimensions: { stack: [a, b] }"), says: "uses the dimension {{stack}}"),
    Case(text: planText(more: "dimensions: { ip: [a, b] }"), says: "exists already"),
    Case(text: planText(more: "budget: { rate: fast }"), says: "must be a rate", remedy: "50/s"),
    Case(text: planText(more: "budget: { rate: 0 }"), says: "must be a rate"),
    Case(text: planText(more: "budget: { duration: 15x }"), says: "must be a duration"),
    Case(text: planText(more: "budget: { requests: many }"), says: "whole number"),
    Case(text: planText(more: "budget: { requests: 0 }"), says: "between 1 and"),
    Case(text: planText(more: "budget: { request: 5 }"), says: "unknown key", remedy: "`requests`"),
    Case(text: planText(more: "limited_when: [{}]"), says: "needs a condition"),
    Case(text: planText(more: "limited_when: [{ status: 42 }]"), says: "between 100 and 599"),
    Case(text: planText(more: "expect: [{ limit: 5 }]"), says: "`scope` is missing"),
    Case(text: planText(more: "expect: [{ tolerance: 5% }]"), says: "promises nothing", remedy: "isolated"),
    Case(text: planText(more: "expect: [{ scope: [], algorithm: leaky }]"), says: "`leaky`", remedy: "token_bucket"),
    Case(text: planText(more: "expect: [{ retry_after: truthfull }]"), says: "`truthfull`", remedy: "`truthful`"),
    Case(text: planText(more: "expect: [{ refuses_after: -1 }]"), says: "refuses_after"),
    Case(text: planText(more: "expect: [{ isolated: [keys] }]"), says: "`keys`", remedy: "`key`"),
    Case(text: planText(more: "expect: [{ scope: [acount] }]"), says: "`acount`", remedy: "`account`"),
    Case(text: planText(more: "expect: [{ scope: [ip], limit: lots }]"), says: "must be a limit"),
    Case(text: planText(more: "expect: [{ scope: [ip], limit: 5/1m, window: 1m }]"), says: "window stands twice"),
    Case(text: planText(more: "expect: [{ scope: [ip], tolerance: 300% }]"), says: "share between 0 and 1"),
  ])
  func isRefused(_ example: Case) throws {
    let error = try planError(example.text)
    #expect(error.code == .planInvalid)
    #expect(error.code.exitStatus == .invalidInput)
    #expect(error.message.contains(example.says), "\(error)")
    if let remedy = example.remedy { #expect(error.remedy?.contains(remedy) == true, "\(error)") }
    if let line = example.line { #expect(error.location?.line == line, "\(error)") }
    #expect(error.description.hasPrefix("plan.yaml"))
  }

  /// Wherever a secret is written out by mistake, the error must not repeat it.
  @Test(arguments: [
    planText(accounts: "{ A: { keys: { a1: sk-canary-4f9d1c77aa } } }"),
    planText(accounts: "{ A: { keys: { a1: { value: sk-canary-4f9d1c77aa } } } }"),
    planText(accounts: "{ A: { keys: { a1: { token: sk-canary-4f9d1c77aa } } } }"),
    planText(accounts: "{ A: { keys: { a1: { sk-canary-4f9d1c77aa: x } } } }"),
    planText(accounts: "{ A: { keys: { a1: [sk-canary-4f9d1c77aa] } } }"),
    planText(accounts: "{ A: { keys: { a1: { env: sk-canary-4f9d1c77aa } } } }"),
    planText(headers: "{ Authorization: Bearer sk-canary-4f9d1c77aa, X: \"{{key}}\" }"),
    planText(headers: "{ X-Custom: sk-canary-4f9d1c77aa, X: \"{{key}}\" }"),
    planText(headers: "{ Cookie: session=sk-canary-4f9d1c77aa, X: \"{{key}}\" }"),
    planText(url: "https://a.example/v1?api_key=sk-canary-4f9d1c77aa"),
    planText(url: "https://user:sk-canary-4f9d1c77aa@a.example/v1"),
    planText(more: "dimensions: { path: [/a, \"/b?token=sk-canary-4f9d1c77aa\"] }"),
    planText(target: "Authorization: Bearer sk-canary-4f9d1c77aa"),
    "target: { headers: { Authorization: \"sk-canary-4f9d1c77aa ] }\naccounts: }",
  ])
  func literalSecretIsRefusedAndNeverEchoed(text: String) throws {
    let error = try planError(text)
    #expect(error.code == .planInvalid)
    #expect(error.location?.line != nil)
    #expect(!error.description.contains("canary"))
    #expect(!"\(error)".contains("4f9d1c77aa"))
  }

  @Test func aliasBombIsRefusedAtOnce() throws {
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (previous, name) in zip("abcdefgh", "bcdefghi") {
      text += "\(name): &\(name) [\(Array(repeating: "*\(previous)", count: 9).joined(separator: ","))]\n"
    }
    let start = ContinuousClock.now
    #expect(try planError(text).message.contains("aliases"))
    // The same bomb as a mapping key, which composing would have to hash.
    #expect(try planError(text + "? *i\n: 1\n").message.contains("aliases"))
    let small = (0..<10).map { "k\($0): &k\($0) [*k\(max(0, $0 - 1)), *k\(max(0, $0 - 1))]" }.joined(separator: "\n")
    #expect(throws: ParallaxError.self) { try PlanFile.parse(text: "k: &k0 x\n\(small)\n? *k9\n: 1", file: "p") }
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test func sizeAndDepthAreCapped() throws {
    #expect(try planError(String(repeating: "# a comment\n", count: 100_000)).message.contains("larger than"))
    let deep = "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try planError(deep).message.contains("nests deeper"))
    let deeper = "a: " + String(repeating: "[", count: 100_000)
    #expect(throws: ParallaxError.self) { try PlanFile.parse(text: deeper, file: "p") }
    let blocks = String(repeating: "- ", count: 100_000)
    #expect(throws: ParallaxError.self) { try PlanFile.parse(text: blocks, file: "p") }
  }

  @Test func filesThatCannotBeRead() throws {
    try withDirectory { directory in
      func loadError(_ path: String) throws -> ParallaxError {
        try #require(throws: ParallaxError.self) { try PlanFile.load(path: path) }
      }
      #expect(try loadError(directory + "/none.yaml").message == "no such file")
      #expect(try loadError(directory).message.contains("directory"))
      try Data([0x61, 0x3a, 0xff]).write(to: URL(fileURLWithPath: directory + "/latin.yaml"))
      #expect(try loadError(directory + "/latin.yaml").message.contains("UTF-8"))
      try planText().write(toFile: directory + "/plan.yaml", atomically: true, encoding: .utf8)
      #expect(try PlanFile.load(path: directory + "/plan.yaml").accounts.count == 2)
    }
  }

  @Test func escapesInNamesAreShownInert() throws {
    let error = try planError(planText(more: "\"\\e[31mred\": 1"))
    #expect(!error.description.unicodeScalars.contains("\u{1b}"))
    #expect(error.message.contains("\\u{1b}"))
  }
}
