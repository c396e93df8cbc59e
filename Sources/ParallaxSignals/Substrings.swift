/// Searching for text in text, byte by byte.
///
/// The standard library's own `contains`, `firstRange` and `replacing` live in its module for regular expressions, which
/// would make the agent's binary larger by 1.3 MB. These stand before them in this module.
extension StringProtocol {
  /// Whether `needle` occurs; an empty one always does.
  func contains(_ needle: String) -> Bool { firstRange(of: needle) != nil }

  /// Where `needle` occurs first.
  func firstRange(of needle: String) -> Range<Index>? {
    let wanted = Array(needle.utf8)
    guard let first = wanted.first else { return startIndex..<startIndex }
    let bytes = utf8
    var candidate = bytes.startIndex
    while let start = bytes[candidate...].firstIndex(of: first) {
      if bytes[start...].starts(with: wanted) { return start..<bytes.index(start, offsetBy: wanted.count) }
      candidate = bytes.index(after: start)
    }
    return nil
  }

  /// With `replacement` in the place of every `needle`.
  func replacing(_ needle: String, with replacement: String) -> String {
    var result = ""
    var rest = self[...]
    while let found = rest.firstRange(of: needle), !found.isEmpty {
      result += rest[..<found.lowerBound] + replacement
      rest = rest[found.upperBound...]
    }
    return result + rest
  }
}
