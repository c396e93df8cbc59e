/// One line of an ssh_config: a keyword and its arguments (ssh_config(5); `readconf.c` and `argv_split` of OpenSSH 9).
struct SSHConfigLine: Equatable {
  /// In lower case: keywords are written in any.
  var keyword: String
  var arguments: [String]

  enum Reading: Equatable {
    case nothing
    case line(SSHConfigLine)
    case malformed(String)
  }

  /// `Keyword arguments`, `Keyword=arguments` or `Keyword = arguments`.
  static func read(_ text: some StringProtocol) -> Reading {
    let line = text.drop(while: isBlank)
    guard let first = line.first, first != "#" else { return .nothing }
    let keyword = line.prefix { !isBlank($0) && $0 != "=" && $0 != "\"" }
    guard !keyword.isEmpty else { return .malformed("a line without a keyword") }
    var rest = line[keyword.endIndex...].drop(while: isBlank)
    if rest.first == "=" { rest = rest.dropFirst().drop(while: isBlank) }
    guard let arguments = split(rest) else { return .malformed("a quote is not closed") }
    return .line(SSHConfigLine(keyword: keyword.lowercased(), arguments: arguments))
  }

  /// Words between blanks; quotes keep blanks, a backslash keeps a quote, another backslash or a blank, and a `#` at a
  /// word's beginning ends the line. Nil if a quote is left open.
  private static func split(_ text: some StringProtocol) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = Array(text)[...]
    while let character = characters.popFirst() {
      if character == "\\", let next = characters.first,
        next == "'" || next == "\"" || next == "\\" || (quote == nil && next == " ")
      {
        word = (word ?? "") + String(characters.removeFirst())
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if isBlank(character) {
        if let finished = word { words.append(finished) }
        word = nil
      } else if character == "#", word == nil {
        break
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    if let finished = word { words.append(finished) }
    return words
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\r" || character == "\u{c}"
  }
}
