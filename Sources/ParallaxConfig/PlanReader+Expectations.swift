internal import ParallaxModel

/// What the plan promises, for `verify`.
extension PlanReader {
  func expectations(_ value: YAMLValue, dimensions: [Dimension]) throws(ParallaxError) -> [Expectation] {
    let known = ["ip", "key", "account"] + dimensions.map(\.name)
    var result: [Expectation] = []
    for item in try value.oneOrMore() { result.append(try expectation(item, known: known)) }
    return result
  }

  private func expectation(_ item: YAMLValue, known: [String]) throws(ParallaxError) -> Expectation {
    let fields = try item.fields([
      "scope", "limit", "window", "burst", "algorithm", "refuses_after", "refusal", "isolated", "retry_after", "reset",
      "prefix", "tolerance",
    ])
    var expectation = Expectation(line: item.location.line)
    if ["limit", "window", "burst", "algorithm"].contains(where: { fields[$0] != nil }) {
      _ = try fields.required("scope", because: "say which limiter is meant by what it is keyed on: `scope: [account]`")
    }
    if let field = fields["scope"] { expectation.scope = try scope(field, known: known) }
    if let field = fields["limit"] { (expectation.limit, expectation.window) = try limit(field) }
    if let field = fields["window"] {
      guard expectation.window == nil else {
        throw field.error("the window stands twice: in `limit` and in `window`", remedy: "remove one of them")
      }
      expectation.window = try field.duration()
    }
    if let field = fields["burst"] { expectation.burst = Double(try field.integer(in: 1...1_000_000_000)) }
    if let field = fields["algorithm"] {
      expectation.algorithm = try word(field, among: Limiter.AlgorithmName.allCases.filter { $0 != .unknown })
    }
    if let field = fields["refuses_after"] { expectation.refusesAfter = try field.integer(in: 0...1_000_000_000) }
    if let field = fields["refusal"] { expectation.refusal = try field.integer(in: 100...599) }
    if let field = fields["isolated"] { expectation.isolated = try scope(field, known: known) }
    if let field = fields["retry_after"] {
      expectation.retryAfter = try word(field, among: Expectation.Honesty.allCases)
    }
    if let field = fields["reset"] { expectation.reset = try word(field, among: Expectation.Honesty.allCases) }
    if let field = fields["prefix"] { expectation.prefix = try prefix(field) }
    if let field = fields["tolerance"] { expectation.tolerance = try field.share() }
    guard expectation != Expectation(tolerance: expectation.tolerance, line: expectation.line) else {
      throw item.error(
        "an expectation promises nothing",
        remedy:
          "promise for example `scope: [account]`, `refuses_after: 60`, `isolated: [key]` or `retry_after: present`")
    }
    return expectation
  }

  private func word<T: RawRepresentable<String>>(_ value: YAMLValue, among all: [T]) throws(ParallaxError) -> T {
    let text = try value.string()
    let names = all.map(\.rawValue)
    guard let word = all.first(where: { $0.rawValue == text }) else {
      let nearest = Suggestion.nearest(to: text, among: names).map { "did you mean `\($0)`? " } ?? ""
      throw value.error(
        "unknown word `\(Printable.inert(text))` for `\(value.path)`",
        remedy: "\(nearest)known: \(names.joined(separator: ", "))")
    }
    return word
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

  /// `/64`, or `64`.
  private func prefix(_ value: YAMLValue) throws(ParallaxError) -> Int {
    let text = try value.string()
    guard let bits = Int(text.hasPrefix("/") ? String(text.dropFirst()) : text), (1...128).contains(bits) else {
      throw value.error("`\(value.path)` must be the length of a prefix", remedy: "write it like `/64`")
    }
    return bits
  }

  /// `60/1m` or a plain number.
  private func limit(_ value: YAMLValue) throws(ParallaxError) -> (Double, Double?) {
    let text = try value.string()
    if let count = Quantity.number(text), count > 0 { return (count, nil) }
    if let both = Quantity.countPerWindow(text), both.count > 0 { return (both.count, both.window) }
    throw value.error("`\(value.path)` must be a limit above 0", remedy: "write it like `60/1m`, or as a number")
  }
}
