internal import ParallaxConfig
internal import Testing

@Suite struct PlanRedactionTests {
  @Test(arguments: [
    "  # the old key was sk-4f9aC0ffee4f9aC0ffee", "command: [vault, --token, s3cr3t-4f9aC0ffee]",
    "url: https://api.example.com/?token=4f9aC0ffee4f9a", "command: [curl, -H, \"Authorization: Bearer 4f9aC0ffee\"]",
    "password: 'hunter2-4f9aC0ffee'",
  ])
  func strikesOutWhatLooksLikeACredential(line: String) {
    let text = PlanFile.redacted("target:\n\(line)\n")
    #expect(!text.contains("4f9aC0ffee"), "\(text)")
    #expect(text.contains("[redacted]"))
    #expect(text.hasPrefix("target:\n") && text.hasSuffix("\n"))
  }

  @Test func leavesAnOrdinaryPlanAlone() {
    let plan = """
      target:
        url: https://api.example.com/v1/models?limit=100
        headers: { Authorization: "Bearer {{key}}", X-Token: "{{key}}" }   # a token per key
        permission: "our own gateway, ticket OPS-1"
      accounts:
        A: { keys: { a1: { env: KEY_A1 }, a2: { file: ~/.secrets/a2-2026 } } }
      budget: { requests: 2000, rate: 50/s, duration: 15m }
      """
    #expect(PlanFile.redacted(plan) == plan)
  }
}
