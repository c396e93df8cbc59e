internal import ParallaxModel

/// The budget, the user's own rules for a limited answer, and expectations.
extension PlanReader {
  func budget(_ value: YAMLValue) throws(ParallaxError) -> Budget {
    let fields = try value.fields(["requests", "rate", "duration"])
    var budget = Budget()
    if let field = fields["requests"] { budget.requests = try field.integer(in: 1...1_000_000_000) }
    if let field = fields["rate"] { budget.rate = try field.rate() }
    if let field = fields["duration"] { budget.duration = try field.duration() }
    return budget
  }

  func limitRules(_ value: YAMLValue) throws(ParallaxError) -> [LimitRule] {
    var rules: [LimitRule] = []
    for item in try value.oneOrMore() {
      let fields = try item.fields(["status", "body_contains", "header"])
      let rule = LimitRule(
        status: try fields["status"]?.integer(in: 100...599),
        bodyContains: try fields["body_contains"]?.string(),
        header: try fields["header"]?.string().lowercased())
      guard rule != LimitRule() else {
        throw item.error(
          "a rule of `limited_when` needs a condition", remedy: "give it a status, a body_contains or a header")
      }
      rules.append(rule)
    }
    return rules
  }
}
