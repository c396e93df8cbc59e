internal import ParallaxModel

/// Numbers as people read them.
enum Numbers {
  /// At most `digits` significant digits, without exponent and without zeros at the end.
  static func plain(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "?" : value < 0 ? "-∞" : "∞" }
    guard value != 0 else { return "0" }
    var scale = 1.0
    var decimals = 0
    let magnitude = abs(value)
    while magnitude * scale < power(digits - 1), decimals < 9 {
      scale *= 10
      decimals += 1
    }
    let rounded = (magnitude * scale).rounded()
    guard rounded < 9e15 else { return "\(value)" }
    var text = String(Int64(rounded))
    if decimals > 0 {
      text = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: -decimals))
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
    }
    return (value < 0 ? "-" : "") + text
  }

  private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { product, _ in product * 10 } }

  /// A probability: `99.7 %`, but never a certainty that was not claimed.
  static func percent(_ share: Double) -> String {
    if share > 0.9995 { return "> 99.9 %" }
    if share < 0.0005 { return "< 0.1 %" }
    return plain((share * 1000).rounded() / 10, digits: 4) + " %"
  }

  static func seconds(_ value: Double) -> String {
    for (unit, name) in [(86400.0, "d"), (3600, "h"), (60, "min")] where value > unit {
      let count = value / unit
      if count == count.rounded() { return "\(plain(count)) \(name)" }
    }
    return value < 1 && value > 0 ? "\(plain(value * 1000)) ms" : "\(plain(value, digits: 4)) s"
  }

  /// `60 (59 to 61)`, or just the value where it is certain.
  static func estimate(_ estimate: Estimate, _ format: (Double) -> String = { plain($0, digits: 4) }) -> String {
    let (value, low, high) = (format(estimate.value), format(estimate.low), format(estimate.high))
    return low == value && high == value ? value : "\(value) (\(low) to \(high))"
  }

  /// The value with two significant digits, or all that stand before the point: enough for a latency.
  static func short(_ value: Double) -> Double {
    guard value.isFinite, value > 0 else { return value }
    var scale = 1.0
    while value * scale < 10 { scale *= 10 }
    return (value * scale).rounded() / scale
  }

  static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}
