/// Text with `{{name}}` in it.
package enum Template {
  package enum Failure: Error, Hashable, Sendable {
    case unknownName(String)
    case unclosed
  }

  /// Replaces every `{{name}}`, blanks inside the braces ignored, by what `value` says.
  package static func fill(
    _ text: String, value: (String) -> String?
  ) throws(Failure) -> String {
    var filled = ""
    var rest = text.utf8[...]
    while let open = firstBraces(UInt8(ascii: "{"), in: rest) {
      filled += String(Substring(rest[..<open]))
      let inside = rest[rest.index(open, offsetBy: 2)...]
      guard let close = firstBraces(UInt8(ascii: "}"), in: inside) else { throw .unclosed }
      let name = trimmed(inside[..<close])
      guard let replacement = value(name) else { throw .unknownName(name) }
      filled += replacement
      rest = inside[inside.index(close, offsetBy: 2)...]
    }
    return filled + String(Substring(rest))
  }

  private static func firstBraces(_ brace: UInt8, in text: Substring.UTF8View) -> String.Index? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if next < text.endIndex, text[index] == brace, text[next] == brace { return index }
      index = next
    }
    return nil
  }

  private static func trimmed(_ name: Substring.UTF8View) -> String {
    let blank = UInt8(ascii: " ")
    let start = name.firstIndex { $0 != blank } ?? name.endIndex
    let end = name.lastIndex { $0 != blank }.map { name.index(after: $0) } ?? start
    return String(Substring(name[start..<end]))
  }
}
