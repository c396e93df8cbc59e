internal import ParallaxModel

/// Durations, rates, limits and shares as people write them.
extension YAMLValue {
  /// Seconds: `15m`, `90s`, `1h30m`, `250ms`, or a number of seconds.
  func duration() throws(ParallaxError) -> Double {
    let text = try string()
    guard let seconds = Quantity.seconds(text), seconds > 0, seconds <= 31 * 86400 else {
      throw error(
        "`\(path)` must be a duration between 0 and 31 days",
        remedy: "write it like `90s`, `15m` or `1h30m`")
    }
    return seconds
  }

  /// Requests per second: `50/s`, `300/1m`, or a number of requests per second.
  func rate() throws(ParallaxError) -> Double {
    let text = try string()
    let rate: Double? =
      if let count = Quantity.number(text) { count } else { Quantity.countPerWindow(text).map { $0.count / $0.window } }
    guard let rate, rate > 0, rate <= 1_000_000 else {
      throw error("`\(path)` must be a rate above 0", remedy: "write it like `50/s` or `300/1m`")
    }
    return rate
  }

  /// A share between 0 and 1: `10%` or `0.1`.
  func share() throws(ParallaxError) -> Double {
    let text = try string()
    let share = text.hasSuffix("%") ? Quantity.number(text.dropLast()).map { $0 / 100 } : Quantity.number(text)
    guard let share, (0...1).contains(share) else {
      throw error("`\(path)` must be a share between 0 and 1", remedy: "write it like `10%` or `0.1`")
    }
    return share
  }
}

enum Quantity {
  /// A finite decimal number without sign, exponent or spaces.
  static func number(_ text: some StringProtocol) -> Double? {
    guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else {
      return nil
    }
    return Double(text)
  }

  /// Seconds of `1h30m`, `15m`, `250ms` or a plain number.
  static func seconds(_ text: some StringProtocol) -> Double? {
    if let plain = number(text) { return plain }
    var total = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { $0.isLetter }
      rest = rest[unit.endIndex...]
      guard let amount = number(digits), let scale = scales[String(unit)] else { return nil }
      total += amount * scale
    }
    return text.isEmpty ? nil : total
  }

  /// `60/1m`, `60/m` or `300/15m`: how many in how many seconds.
  static func countPerWindow(_ text: some StringProtocol) -> (count: Double, window: Double)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = number(parts[0]) else { return nil }
    guard let window = scales[String(parts[1])] ?? seconds(parts[1]), window > 0 else { return nil }
    return (count, window)
  }

  private static let scales: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400]
}
