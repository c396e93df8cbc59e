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

  func expectations(_ value: YAMLValue, dimensions: [Dimension]) throws(ParallaxError) -> [Expectation] {
    let known = ["ip", "key", "account"] + dimensions.map(\.name)
    var result: [Expectation] = []
    for item in try value.oneOrMore() {
      let fields = try item.fields(["scope", "limit", "window", "tolerance"])
      let scopeField = try fields.required(
        "scope", because: "say what the limiter should be keyed on: `scope: [account]`")
      let scope = try scope(scopeField, known: known)
      var expectation = Expectation(scope: scope)
      if let field = fields["limit"] { (expectation.limit, expectation.window) = try limit(field) }
      if let field = fields["window"] {
        guard expectation.window == nil else {
          throw field.error("the window stands twice: in `limit` and in `window`", remedy: "remove one of them")
        }
        expectation.window = try field.duration()
      }
      if let field = fields["tolerance"] { expectation.tolerance = try field.share() }
      result.append(expectation)
    }
    return result
  }

  private func scope(_ value: YAMLValue, known: [String]) throws(ParallaxError) -> [String] {
    var names: Set<String> = []
    for item in try value.list() {
      let name = try item.string()
      guard known.contains(name) else {
        let nearest = Suggestion.nearest(to: name, among: known).map { "did you mean `\($0)`? " } ?? ""
        throw item.error(
          "unknown dimension `\(Printable.inert(name))` in `\(value.path)`",
          remedy: "\(nearest)known: \(known.joined(separator: ", "))")
      }
      names.insert(name)
    }
    return known.filter(names.contains)
  }

  /// `60/1m` or a plain number.
  private func limit(_ value: YAMLValue) throws(ParallaxError) -> (Double, Double?) {
    let text = try value.string()
    if let count = Quantity.number(text), count > 0 { return (count, nil) }
    if let both = Quantity.countPerWindow(text), both.count > 0 { return (both.count, both.window) }
    throw value.error("`\(value.path)` must be a limit above 0", remedy: "write it like `60/1m`, or as a number")
  }
}
