internal import Glibc

extension Array where Element == Double {
  /// The value below which that share lies, by linear interpolation; nil of nothing.
  func quantile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let position = share * Double(count - 1)
    let below = Int(position)
    let above = Swift.min(below + 1, count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }

  var sum: Double { reduce(0, +) }
}

extension Double {
  /// With so many digits after the point.
  func digits(_ count: Int) -> String {
    guard isFinite else { return "\(self)" }
    let scale = pow(10, Double(count))
    let scaled = Int((abs(self) * scale).rounded())
    let whole = scaled / Int(scale)
    let part = scaled % Int(scale)
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(whole)" }
    let fraction = String(part)
    return "\(sign)\(whole)." + String(repeating: "0", count: count - fraction.count) + fraction
  }

  /// As a percentage with two digits.
  var percent: String { "\((100 * self).digits(2)) %" }
}

/// A share of a number of things; nothing of nothing is nil.
func share(_ part: Int, of whole: Int) -> Double? {
  whole == 0 ? nil : Double(part) / Double(whole)
}
