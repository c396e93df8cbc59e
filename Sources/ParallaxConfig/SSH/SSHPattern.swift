internal import Glibc

/// Patterns of ssh_config(5): `*` and `?`, and lists of them in which `!` takes away.
enum SSHPattern {
  static func matches(_ pattern: some StringProtocol, _ text: String) -> Bool {
    // Brackets and backslashes are plain characters here, unlike for the shell.
    var escaped = ""
    for character in pattern {
      if "[]\\".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return fnmatch(escaped, text, 0) == 0
  }

  /// Whether one of the patterns matches and no negated one does. All negated ones alone match nothing.
  static func list(_ patterns: [String], matches text: String) -> Bool {
    var matched = false
    for pattern in patterns {
      if pattern.hasPrefix("!") {
        if matches(pattern.dropFirst(), text) { return false }
      } else if matches(pattern, text) {
        matched = true
      }
    }
    return matched
  }
}
