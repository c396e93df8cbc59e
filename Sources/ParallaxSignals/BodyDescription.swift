/// A body in a few words that stay the same from one refusal of a limiter to the next.
extension BodyReading {
  var summary: String {
    switch shape {
    case .empty: ""
    case .json(let fields): Self.summary(of: fields)
    case .xml(let code): code.map { "xml code=\(Self.constant($0))" } ?? "xml"
    case .html(let product?, _): "html \(product)"
    case .html(nil, let title): title.isEmpty ? "html" : "html \(Self.constant(title.lowercased()))"
    case .text: "text \(Self.constant(lowercased))"
    }
  }

  private static func summary(of fields: [JSONField]) -> String {
    // The first code that is a word; numbers only repeat the status.
    for name in ["code", "type", "__type", "reason", "error", "errorcode", "error_code", "status"] {
      for field in fields where field.name.lowercased() == name && field.path.count <= 4 {
        guard let text = field.string, isWord(text) else { continue }
        return "json \(constant(field.pathText))=\(constant(text))"
      }
    }
    var names: [String] = []
    for field in fields {
      let top = field.path[0]
      if !names.contains(top) { names.append(top) }
    }
    return names.isEmpty ? "json" : "json {\(constant(names.sorted().prefix(6).joined(separator: ",")))}"
  }

  /// A word that names an error; `error` by itself says nothing.
  private static func isWord(_ text: String) -> Bool {
    (1...80).contains(text.utf8.count) && !["error", "fail", "failed"].contains(text.lowercased())
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "_-.:/#".utf8.contains(byte)
        }
      } && text.contains(where: \.isLetter)
  }

  /// The start of a text with its variable parts blotted out: words with digits, and all that is not printable.
  private static func constant(_ text: String) -> String {
    var words: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace).prefix(8) {
      let digits = word.contains { $0.isASCII && $0.isNumber }
      if digits && word.utf8.count > 12 {
        words.append("#")
        continue
      }
      var blotted = ""
      for scalar in word.unicodeScalars {
        if (48...57).contains(scalar.value) {
          if blotted.last != "#" { blotted.append("#") }
        } else if scalar.isASCII ? (0x21...0x7e).contains(scalar.value) : scalar.properties.isAlphabetic {
          blotted.unicodeScalars.append(scalar)
        }
      }
      words.append(blotted)
    }
    return String(words.joined(separator: " ").prefix(60))
  }
}
