internal import ParallaxModel
internal import RawStructuredFieldValues

/// `RateLimit-Policy` and `RateLimit`, in the forms of the drafts that are deployed
/// (draft-ietf-httpapi-ratelimit-headers, 07 to 11).
extension DeclarationReader {
  private static let family = "ratelimit"

  mutating func readStructuredFields() {
    if let value = headers.combined("ratelimit-policy") { readPolicy(value) }
    guard let value = headers.combined("ratelimit") else { return }
    // Draft 07 has a dictionary here, the later ones a list of named policies.
    if ["limit=", "remaining=", "reset="].contains(where: value.contains) {
      readDictionary(value)
    } else {
      readServiceLimits(value)
    }
  }

  /// `"burst";q=100;w=60;pk=:base64:`, or before draft 08 `100;w=60`.
  private mutating func readPolicy(_ value: String) {
    guard let items = items(of: value, field: "ratelimit-policy") else { return }
    let unnamed = items.filter { Self.number($0.rfc9651BareItem) != nil }
    for item in items {
      let quota = Self.number(item.rfc9651BareItem) ?? Self.parameter("q", of: item)
      guard let quota else {
        report(.unparseable, "ratelimit-policy", "a policy without a quota")
        continue
      }
      let window = Self.parameter("w", of: item)
      // A single policy without a name is the one that the other fields speak of.
      let name =
        Self.name(of: item)
        ?? (unnamed.count > 1 ? NumberText.shown(quota) + (window.map { ";w=\(NumberText.shown($0))" } ?? "") : nil)
      let pastDraft07 = Self.number(item.rfc9651BareItem) == nil
      policy(
        family: Self.family, name: name, unit: Self.unit(of: item), source: pastDraft07 ? .structured : .draft07
      ) { policy in
        policy.limit = quota
        policy.window = window ?? policy.window
        policy.partition = Self.partition(of: item) ?? policy.partition
      }
    }
  }

  /// `"default";r=50;t=30`. The time is until more is allowed, an effective window rather than the policy's own.
  private mutating func readServiceLimits(_ value: String) {
    guard let items = items(of: value, field: "ratelimit") else { return }
    for item in items {
      guard let name = Self.name(of: item), let remaining = Self.parameter("r", of: item) else {
        report(.unparseable, "ratelimit", "an entry without a policy's name and a remaining count")
        continue
      }
      let unit = result.policies.first { $0.name == name && $0.source == .structured }?.unit ?? .requests
      policy(family: Self.family, name: name, unit: unit, source: .structured) { policy in
        policy.remaining = remaining
        policy.reset = Self.parameter("t", of: item)
        policy.partition = Self.partition(of: item) ?? policy.partition
      }
    }
  }

  /// `limit=10, remaining=5, reset=1`
  private mutating func readDictionary(_ value: String) {
    var parser = StructuredFieldValueParser(Array(value.utf8))
    guard let fields = try? parser.parseDictionaryFieldValue() else {
      report(.unparseable, "ratelimit", "`\(value)` is not a structured field")
      return
    }
    func member(_ name: String) -> Double? {
      guard case .item(let item)? = fields[name] else { return nil }
      return Self.number(item.rfc9651BareItem)
    }
    policy(family: Self.family, source: .draft07) { policy in
      policy.limit = member("limit") ?? policy.limit
      policy.remaining = member("remaining")
      policy.reset = member("reset")
    }
  }

  private mutating func items(of value: String, field: String) -> [Item]? {
    var parser = StructuredFieldValueParser(Array(value.utf8))
    guard let list = try? parser.parseListFieldValue() else {
      report(.unparseable, field, "`\(value)` is not a structured field")
      return nil
    }
    return list.compactMap { if case .item(let item) = $0 { item } else { nil } }
  }

  private static func name(of item: Item) -> String? {
    switch item.rfc9651BareItem {
    case .string(let name), .token(let name), .displayString(let name): name
    default: nil
    }
  }

  private static func number(_ item: RFC9651BareItem?) -> Double? {
    switch item {
    case .integer(let value): value < 0 ? nil : Double(value)
    case .decimal(let value): Double(value) < 0 ? nil : Double(value)
    default: nil
    }
  }

  private static func parameter(_ name: String, of item: Item) -> Double? { Self.number(item.rfc9651Parameters[name]) }

  private static func unit(of item: Item) -> DeclaredPolicy.Unit {
    switch item.rfc9651Parameters["qu"] {
    case .string("content-bytes"), .token("content-bytes"): .bytes
    case .string("concurrent-requests"), .token("concurrent-requests"): .concurrency
    case .string("tokens"), .token("tokens"): .tokens
    default: .requests
    }
  }

  private static func partition(of item: Item) -> String? {
    switch item.rfc9651Parameters["pk"] {
    case .undecodedByteSequence(let text), .string(let text), .token(let text): text
    default: nil
    }
  }
}
