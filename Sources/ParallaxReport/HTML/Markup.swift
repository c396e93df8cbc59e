/// HTML or SVG in the making. Names of elements and attributes are literals of this program; every text and every
/// attribute's value is escaped and made inert where it is written, so nothing from outside can become markup.
indirect enum Markup: Sendable {
  case text(String)
  /// Lines that keep their breaks and spaces.
  case preformatted(String)
  case element(StaticString, KeyValuePairs<StaticString, String>, [Markup])
  case group([Markup])
  /// The page's own style sheet, which is a literal of this program.
  case style(StaticString)

  static let nothing = Markup.group([])

  /// Elements without an end tag (HTML, 13.1.2).
  private static let void: Set<String> = ["meta", "br", "hr", "col", "link"]

  func write(to output: inout String) {
    switch self {
    case .text(let text): output += Self.escaped(InertText.inert(text))
    case .preformatted(let text):
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      output += lines.map { Self.escaped(InertText.inert(String($0))) }.joined(separator: "\n")
    case .group(let children): for child in children { child.write(to: &output) }
    case .style(let sheet): output += "<style>\(sheet)</style>"
    case .element(let name, let attributes, let children):
      output += "<\(name)"
      for (name, value) in attributes { output += " \(name)=\"\(Self.escaped(InertText.inert(value)))\"" }
      output += ">"
      guard !Self.void.contains("\(name)") else { return }
      for child in children { child.write(to: &output) }
      output += "</\(name)>"
    }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { isMarkup($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isMarkup(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
  }
}

extension Markup: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self = .text(value) }
}

/// Children as statements: `element("p") { "a text" }`.
@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  static func buildExpression(_ text: String) -> Markup { .text(text) }
  static func buildExpression(_ list: [Markup]) -> Markup { .group(list) }
  static func buildBlock(_ parts: Markup...) -> [Markup] { parts }
  static func buildOptional(_ part: [Markup]?) -> Markup { .group(part ?? []) }
  static func buildEither(first: [Markup]) -> Markup { .group(first) }
  static func buildEither(second: [Markup]) -> Markup { .group(second) }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  static func buildArray(_ parts: [[Markup]]) -> Markup { .group(parts.flatMap { $0 }) }
}

/// An element with its attributes and children.
func element(
  _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
  @MarkupBuilder _ children: () -> [Markup] = { [] }
) -> Markup {
  .element(name, attributes, children())
}
