/// How many columns of a terminal a text takes.
enum DisplayWidth {
  static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  static func ofLongestWord(_ text: String) -> Int { text.split(separator: " ").map { of($0) }.max() ?? 0 }

  /// A character with joiners or an emoji selector takes two columns; otherwise its widest scalar decides.
  static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    if scalars.contains("\u{fe0f}") { return 2 }
    return scalars.reduce(0) { max($0, of($1)) }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East Asian Wide and Fullwidth (Unicode Standard Annex #11), rounded to whole blocks.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
    0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60,
    0xffe0...0xffe6, 0x1f200...0x1f2ff, 0x20000...0x3fffd,
  ]

  /// The text in lines of at most `width` columns, broken between words where possible.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var lineWidth = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let wordWidth = of(word)
      if !line.isEmpty, lineWidth + 1 + wordWidth > width {
        lines.append(line)
        (line, lineWidth) = ("", 0)
      }
      if !line.isEmpty { (line, lineWidth) = (line + " ", lineWidth + 1) }
      if lineWidth + wordWidth <= width {
        (line, lineWidth) = (line + word, lineWidth + wordWidth)
        continue
      }
      for character in word {
        let characterWidth = of(character)
        if lineWidth + characterWidth > width, !line.isEmpty {
          lines.append(line)
          (line, lineWidth) = ("", 0)
        }
        (line, lineWidth) = (line + String(character), lineWidth + characterWidth)
      }
    }
    lines.append(line)
    return lines
  }
}
