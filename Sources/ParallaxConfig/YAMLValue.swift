internal import ParallaxModel
internal import Yams

/// A value of a file with its place, and the readings of it that a plan or an inventory needs.
struct YAMLValue {
  let node: Node
  let file: String
  /// The code of every error about this value.
  let code: ParallaxError.Code
  /// How the user would name it: `target.headers`.
  let path: String

  func child(_ node: Node, path: String) -> YAMLValue { YAMLValue(node: node, file: file, code: code, path: path) }

  var location: ParallaxError.Location {
    ParallaxError.Location(file: file, line: node.mark?.line, column: node.mark?.column)
  }

  func error(_ message: String, remedy: String? = nil) -> ParallaxError {
    ParallaxError(code, message, at: location, remedy: remedy)
  }

  private var name: String { path.isEmpty ? "the file" : "`\(path)`" }

  private var shape: String {
    switch node {
    case .scalar: isNull ? "nothing" : "a single value"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  func wrongType(_ expected: String) -> ParallaxError { error("\(name) must be \(expected), not \(shape)") }

  var isMapping: Bool { node.mapping != nil }
  var isList: Bool { node.sequence != nil }

  /// An empty value, `null` or `~`.
  var isNull: Bool {
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// The mapping's fields; with `allowed`, any other name is an error that suggests the nearest.
  func fields(_ allowed: [String]? = nil) throws(ParallaxError) -> YAMLFields {
    guard let mapping = node.mapping else { throw wrongType("a mapping (`name: value`)") }
    var entries: [YAMLFields.Entry] = []
    for (key, value) in mapping {
      let keyValue = child(key, path: path)
      guard let scalar = key.scalar, !keyValue.isNull else { throw keyValue.error("a name must be a single word") }
      let name = scalar.string
      let shown = Printable.inert(name)
      guard !entries.contains(where: { $0.name == name }) else {
        throw keyValue.error("`\(shown)` stands more than once in the same mapping")
      }
      if let allowed, !allowed.contains(name) {
        let place = path.isEmpty ? "" : " in `\(path)`"
        let known = "known here: \(allowed.joined(separator: ", "))"
        let remedy = Suggestion.nearest(to: name, among: allowed).map { "did you mean `\($0)`? \(known)" } ?? known
        throw keyValue.error("unknown key `\(shown)`\(place)", remedy: remedy)
      }
      let valuePath = path.isEmpty ? shown : "\(path).\(shown)"
      entries.append(YAMLFields.Entry(name: name, key: keyValue, value: child(value, path: valuePath)))
    }
    return YAMLFields(entries: entries, owner: self)
  }

  func list() throws(ParallaxError) -> [YAMLValue] {
    guard let sequence = node.sequence else { throw wrongType("a list") }
    return sequence.enumerated().map { child($1, path: "\(path)[\($0)]") }
  }

  /// A single value or a list of them, as a list.
  func oneOrMore() throws(ParallaxError) -> [YAMLValue] { isList ? try list() : [self] }

  func string() throws(ParallaxError) -> String {
    guard let scalar = node.scalar, !isNull else { throw wrongType("text") }
    return scalar.string
  }

  func strings() throws(ParallaxError) -> [String] {
    var result: [String] = []
    for item in try list() { result.append(try item.string()) }
    return result
  }

  func integer(in range: ClosedRange<Int>) throws(ParallaxError) -> Int {
    guard let scalar = node.scalar, !isNull else { throw wrongType("a whole number") }
    guard let number = Int(scalar.string.filter { $0 != "_" }) else { throw error("\(name) must be a whole number") }
    guard range.contains(number) else {
      throw error("\(name) is \(number), but must lie between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  func boolean() throws(ParallaxError) -> Bool {
    guard let scalar = node.scalar else { throw wrongType("true or false") }
    switch scalar.string.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw error("\(name) must be true or false")
    }
  }

  /// A name that can stand in tables, file names and on the wire.
  func identifier(_ what: String) throws(ParallaxError) -> String {
    let text = try string()
    let allowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard allowed, !text.isEmpty, text.utf8.count <= 64, !text.hasPrefix("-"), !text.hasPrefix(".") else {
      throw error(
        "the name of \(what) may hold letters, digits, `.`, `_` and `-` only, 64 at most",
        remedy: "rename `\(Printable.inert(text))`")
    }
    return text
  }
}

/// The fields of a mapping, in the order of the file.
struct YAMLFields {
  struct Entry {
    let name: String
    /// The name itself, for errors about it.
    let key: YAMLValue
    let value: YAMLValue
  }

  let entries: [Entry]
  let owner: YAMLValue

  /// The value of a field; nil when it is absent or empty.
  subscript(name: String) -> YAMLValue? {
    entries.first { $0.name == name && !$0.value.isNull }?.value
  }

  func required(_ name: String, because reason: String) throws(ParallaxError) -> YAMLValue {
    if let value = self[name] { return value }
    let place = owner.path.isEmpty ? "" : " in `\(owner.path)`"
    throw owner.error("`\(name)` is missing\(place)", remedy: reason)
  }
}
