/// A JSON text in the making; objects keep their order.
enum JSONValue {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  static func string(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
  static func integer(_ value: Int?) -> JSONValue { value.map { .number(Double($0)) } ?? .null }
  static func boolean(_ value: Bool?) -> JSONValue { value.map { .boolean($0) } ?? .null }
  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// On one line.
  var compact: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): Self.text(of: value)
    case .string(let text): Self.quoted(text)
    case .array(let items): "[" + items.map(\.compact).joined(separator: ",") + "]"
    case .object(let fields): "{" + fields.map { Self.quoted($0.0) + ":" + $0.1.compact }.joined(separator: ",") + "}"
    }
  }

  /// Indented by two spaces; what fits on a line and holds no other object stays on it.
  func pretty(indent: Int = 0) -> String {
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .array(let items) where !items.isEmpty && (items.contains(where: \.isNested) || compact.utf8.count > 80):
      return "[\n" + items.map { inner + $0.pretty(indent: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let fields) where !fields.isEmpty && (fields.contains { $0.1.isNested } || compact.utf8.count > 80):
      let lines = fields.map { inner + Self.quoted($0.0) + ": " + $0.1.pretty(indent: indent + 2) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    case .array(let items): return "[" + items.map { $0.pretty() }.joined(separator: ", ") + "]"
    case .object(let fields) where !fields.isEmpty:
      return "{ " + fields.map { Self.quoted($0.0) + ": " + $0.1.pretty() }.joined(separator: ", ") + " }"
    default: return compact
    }
  }

  private var isNested: Bool { if case .object(let fields) = self { !fields.isEmpty } else { false } }

  /// Six digits behind the point at most: more is noise. JSON has no infinity, so an open end is null.
  private static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == 0 || abs(value) >= 9e9 ? "\(value)" : "\(rounded)"
  }

  /// Everything that is not plain text is escaped, so that the file can be shown on a terminal too.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where InertText.isActive(scalar):
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
