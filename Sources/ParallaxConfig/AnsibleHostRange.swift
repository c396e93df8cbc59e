internal import ParallaxModel

/// Ranges in the names of an Ansible inventory: `web[01:03]` stands for web01, web02 and web03, `db-[a:c]` for db-a,
/// db-b and db-c, and `n[0:8:4]` for n0, n4 and n8. A name may have several.
enum AnsibleHostRange {
  private static let limit = 10_000

  static func names(_ key: YAMLValue) throws(ParallaxError) -> [String] {
    let text = try key.string()
    guard let names = expanded(text[...]) else {
      throw key.error("`\(Printable.inert(text))` is not a range like web[01:50], or it stands for too many hosts")
    }
    return names
  }

  /// Nil where a bracket holds no range.
  private static func expanded(_ text: Substring) -> [String]? {
    guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else {
      return [String(text)]
    }
    guard let steps = steps(text[text.index(after: open)..<close]),
      let rests = expanded(text[text.index(after: close)...]), steps.count * rests.count <= limit
    else { return nil }
    return steps.flatMap { step in rests.map { text[..<open] + step + $0 } }
  }

  private static func steps(_ range: Substring) -> [String]? {
    let parts = range.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let stride = parts.count == 3 ? Int(parts[2]) : 1, stride > 0 else {
      return nil
    }
    if let low = Int(parts[0]), let high = Int(parts[1]), low >= 0, low <= high, (high - low) / stride < limit {
      let width = parts[0].hasPrefix("0") ? parts[0].count : 0
      return Swift.stride(from: low, through: high, by: stride).map { number in
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
      }
    }
    guard let low = letter(parts[0]), let high = letter(parts[1]), low <= high else { return nil }
    return Swift.stride(from: Int(low), through: Int(high), by: stride).map { String(UnicodeScalar(UInt8($0))) }
  }

  private static func letter(_ text: Substring) -> UInt8? {
    guard text.utf8.count == 1, let byte = text.utf8.first, Character(UnicodeScalar(byte)).isLetter else { return nil }
    return byte
  }
}
