/// The grammar that nearly all names of rate-limit headers follow: `[x-][vendor-]ratelimit[-what][-role][-what]`.
///
/// `X-RateLimit-Remaining-Tokens`, `anthropic-ratelimit-input-tokens-remaining` and `X-HubSpot-RateLimit-Daily` all
/// come apart into a vendor, a role, a unit, a window and a name.
struct RateHeaderName {
  enum Role: Hashable {
    case limit, remaining, reset, used, window, scope, resource, bucket
  }

  let vendor: String
  /// Whether it began with `x-`.
  let isExperimental: Bool
  let role: Role
  let unit: DeclaredPolicy.Unit
  /// What remains of the name, with the unit and the window in it: `input-tokens`, `minute`.
  let policy: String?
  /// Seconds, where the name says so: `minute`.
  let window: Double?
  /// Whether the value is in milliseconds.
  let isInMilliseconds: Bool

  /// nil for a header that is not of this kind. The name must be in lower case.
  init?(_ name: String) {
    let joined = name.replacing("_", with: "-").replacing("rate-limit", with: "ratelimit")
    var parts = joined.split(separator: "-").map(String.init)
    guard let center = parts.firstIndex(of: "ratelimit") else { return nil }
    var before = parts[..<center]
    isExperimental = before.first == "x"
    if isExperimental { before.removeFirst() }
    vendor = before.joined(separator: "-")
    parts.removeSubrange(...center)
    // The fields of the standard that have their own reader, and the vendors' words that are not limits.
    guard parts != ["policy"], !parts.isEmpty || isExperimental || !vendor.isEmpty else { return nil }
    guard Set(parts).isDisjoint(with: Self.otherWords) else { return nil }

    var role: Role?
    var unit = DeclaredPolicy.Unit.requests
    var window: Double?
    var rest: [String] = []
    var milliseconds = false
    for part in parts {
      if let known = Self.role(of: part), role == nil || part != "limit" {
        role = known
      } else if part == "milliseconds" || part == "ms" {
        milliseconds = true
      } else if part != "after" && part != "requests" && part != "request" {
        if let seconds = Self.windows[part] { window = seconds }
        if let known = Self.units[part] { unit = known }
        rest.append(part)
      }
    }
    self.role = role ?? .limit
    self.unit = unit
    self.window = window
    isInMilliseconds = milliseconds
    policy = rest.isEmpty || rest == [unit.rawValue] ? nil : rest.joined(separator: "-")
  }

  /// Words of flags and descriptions that say nothing about an amount.
  private static let otherWords: Set<String> = ["nearlimit", "reason", "type", "source", "global"]

  private static func role(of part: String) -> Role? {
    switch part {
    case "limit", "max", "quota", "total": .limit
    case "remaining", "left", "available": .remaining
    case "reset", "resets": .reset
    case "used", "current", "count", "observed": .used
    case "window", "duration", "interval", "period": .window
    case "scope": .scope
    case "resource", "name": .resource
    case "bucket": .bucket
    default: nil
    }
  }

  private static let windows: [String: Double] = [
    "second": 1, "secondly": 1, "minute": 60, "minutely": 60, "hour": 3600, "hourly": 3600, "day": 86400,
    "daily": 86400, "month": 30 * 86400, "monthly": 30 * 86400, "year": 365 * 86400,
  ]

  private static let units: [String: DeclaredPolicy.Unit] = [
    "tokens": .tokens, "bytes": .bytes, "concurrent": .concurrency, "concurrency": .concurrency, "cost": .cost,
    "points": .cost, "complexity": .cost,
  ]
}
