/// A plan as it may be shown to anybody.
extension PlanFile {
  /// The plan's text with what looks like a credential struck out. A plan that was read holds none in the places where
  /// they are used; comments, commands that fetch keys and queries may still.
  public static func redacted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.utf8.count >= 16 else { return String(line) }
      return strikingOut(line)
    }.joined(separator: "\n")
  }

  private static let mark = "[redacted]"

  /// Words that stand for a credential by their beginning or by their name: `sk-...`, `token=...`, `password: ...`.
  private static func strikingOut(_ line: Substring) -> String {
    var result = ""
    var word = ""
    var previous = ""
    for character in String(line) + "\n" {
      if isPartOfWord(character) {
        word.append(character)
        continue
      }
      result += shown(word, after: previous)
      if !word.isEmpty { previous = word }
      word = ""
      if character != "\n" { result.append(character) }
      // A name stands for what follows it at once, and no further.
      if !" :,='\"\n".contains(character) { previous = "" }
    }
    return result
  }

  private static func isPartOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "-_.{}+/~".contains(character)
  }

  private static func shown(_ word: String, after name: String) -> String {
    guard !word.isEmpty, !word.contains("{{") else { return word }
    if LiteralSecret.hasKnownPrefix(word) { return mark }
    let names: Set<String> = [
      "password", "passwd", "token", "secret", "api_key", "apikey", "access_token", "client_secret", "bearer", "basic",
      "signature", "sig",
    ]
    let isNamed = names.contains(name.lowercased().drop { $0 == "-" }.description)
    let isLong = word.utf8.count >= 8 && word.contains(where: \.isNumber)
    return isNamed && isLong ? mark : word
  }
}
