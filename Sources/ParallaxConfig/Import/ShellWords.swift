/// The words of a command line as a POSIX shell splits them (POSIX.1-2017, Shell Command Language, 2.2), with bash's
/// `$'...'` that browsers write. Nothing is expanded.
enum ShellWords {
  /// nil where a quote is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var rest = Array(text.replacing("\\\r\n", with: " ").replacing("\\\n", with: " "))[...]
    while let character = rest.popFirst() {
      switch character {
      case " ", "\t", "\n", "\r", "\r\n":
        if let done = word { words.append(done) }
        word = nil
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        word = (word ?? "") + String(rest[..<end])
        rest = rest[(end + 1)...]
      case "$" where rest.first == "'":
        rest = rest.dropFirst()
        guard let text = escaped(&rest) else { return nil }
        word = (word ?? "") + text
      case "\"":
        guard let text = quoted(&rest) else { return nil }
        word = (word ?? "") + text
      default: word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    return words
  }

  /// Within double quotes a backslash protects only these.
  private static func quoted(_ rest: inout ArraySlice<Character>) -> String? {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        text += "\"\\$`".contains(next) ? String(next) : "\\\(next)"
      default: text.append(character)
      }
    }
    return nil
  }

  private static func escaped(_ rest: inout ArraySlice<Character>) -> String? {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "'": return text
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        switch next {
        case "n": text += "\n"
        case "r": text += "\r"
        case "t": text += "\t"
        case "u", "x":
          let digits = rest.prefix(next == "u" ? 4 : 2).prefix { $0.isHexDigit }
          rest = rest.dropFirst(digits.count)
          guard let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) else { return nil }
          text.unicodeScalars.append(scalar)
        default: text.append(next)
        }
      default: text.append(character)
      }
    }
    return nil
  }
}
