internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct PlanDraftTests {
  static let secret = "sk-live-4f9aC0ffee4f9aC0ffee"

  /// Ways to write the same request, each with what must stand in the plan.
  static let commands: [(command: String, line: String)] = [
    (
      "curl https://api.example.com/v1/models -H 'Authorization: Bearer \(secret)'",
      "\"Authorization\": \"Bearer {{key}}\""
    ),
    ("curl -s --header=x-api-key:\(secret) https://api.example.com/v1/models", "\"x-api-key\": \"{{key}}\""),
    ("curl 'https://api.example.com/v1/models?limit=5&api_key=\(secret)'", "?limit=5&api_key={{key}}\""),
    ("curl -u user:\(secret) https://api.example.com/v1/models", "\"Authorization\": \"Basic {{key}}\""),
    ("curl https://user:\(secret)@api.example.com/v1/models", "url: \"https://api.example.com/v1/models\""),
    ("curl -b 'session=\(secret); theme=dark' https://api.example.com/v1/models", "\"Cookie\": \"{{key}}\""),
    (
      "/usr/bin/curl \"https://api.example.com/v1/models\" \\\n  -H $'X-Custom: a\\u00620123456789abcdefghij' --compressed",
      "\"X-Custom\": \"{{key}}\""
    ),
    ("curl --oauth2-bearer \(secret) api.example.com/v1/models", "url: \"https://api.example.com/v1/models\""),
    (
      "curl -H 'Authorization: Token \(secret)' -H 'Cookie: a=\(secret)' -H 'X-Org: acme' https://api.example.com/v1/models",
      "\"X-Org\": \"acme\""
    ),
  ]

  @Test(arguments: commands)
  func noCredentialIsWrittenDown(command: String, line: String) throws {
    let draft = try PlanDraft.curl(command)
    #expect(draft.text.contains(line), "\(draft.text)")
    for text in [draft.text] + draft.notes {
      #expect(!text.contains("4f9aC0ffee") && !text.contains("0123456789abcdef"), "\(text)")
    }
    let plan = try PlanFile.parse(
      text: draft.text.replacing("permission: \"\"", with: "permission: ours"), file: "plan.yaml")
    #expect(plan.target.url.host == "api.example.com")
    #expect(plan.target.url.path.hasPrefix("/v1/models"))
    #expect(plan.accounts.map(\.name) == ["A"])
    #expect(throws: ParallaxError.self) { try PlanFile.parse(text: draft.text, file: "plan.yaml") }
  }

  @Test(arguments: [
    "curl -d '{}' https://api.example.com/ -H 'Authorization: Bearer \(secret)'",
    "curl -XDELETE https://api.example.com/x",
    "curl 'https://api.example.com", "curl -H", "", "curl -G -d key=\(secret) https://api.example.com/",
    "curl https://api.example.com/\(secret)/b",
  ])
  func whatCannotBecomeAPlanIsRefusedWithoutRepeatingIt(command: String) throws {
    let error = try #require(throws: ParallaxError.self) { try PlanDraft.curl(command) }
    #expect(error.code == .usage)
    #expect(!"\(error)".contains("4f9aC0ffee"), "\(error)")
  }

  @Test func anArchiveGivesTheRequestThatWasLimited() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parallax-har-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func entry(_ path: String, _ status: Int, method: String = "GET") -> String {
      """
      {"request": {"method": "\(method)", "url": "https://api.example.com\(path)", "headers": [
        {"name": ":authority", "value": "api.example.com"}, {"name": "sec-fetch-mode", "value": "cors"},
        {"name": "authorization", "value": "Bearer \(Self.secret)"}, {"name": "accept", "value": "application/json"}
      ]}, "response": {"status": \(status)}}
      """
    }
    let file = folder.appendingPathComponent("a.har")
    let entries = [entry("/first", 200), entry("/post", 429, method: "POST"), entry("/limited", 429)]
    try "{\"log\": {\"entries\": [\(entries.joined(separator: ","))]}}".write(
      to: file, atomically: true, encoding: .utf8)
    let draft = try PlanDraft.har(path: file.path)
    #expect(draft.text.contains("https://api.example.com/limited"))
    #expect(draft.text.contains("\"authorization\": \"Bearer {{key}}\""))
    #expect(draft.text.contains("\"accept\": \"application/json\""))
    #expect(!draft.text.contains("sec-fetch") && !draft.text.contains("4f9aC0ffee"))
    try "{}".write(to: file, atomically: true, encoding: .utf8)
    #expect(throws: ParallaxError.self) { try PlanDraft.har(path: file.path) }
    #expect(throws: ParallaxError.self) { try PlanDraft.har(path: file.path + ".none") }
  }
}
