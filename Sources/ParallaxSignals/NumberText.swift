/// Numbers in headers, read strictly: nothing that only happens to parse is let through.
enum NumberText {
  /// A decimal number, with a sign at most: no exponent, no infinity, no hexadecimal.
  static func decimal(_ text: some StringProtocol) -> Double? {
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    guard let first = digits.first, let last = digits.last, digits.utf8.count <= 20, first != ".", last != ".",
      digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 })
    else { return nil }
    return Double(text)
  }

  /// A whole number without a sign.
  static func whole(_ text: some StringProtocol) -> Int? {
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Without a fraction where there is none.
  static func shown(_ value: Double) -> String {
    abs(value) < 1e15 && value == value.rounded() ? String(Int64(value)) : "\(value)"
  }
}
