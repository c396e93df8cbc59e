internal import Foundation
internal import ParallaxModel
internal import Yams

/// Reads one YAML file into a tree of values that know where they stand.
///
/// The file is never decoded, only composed: decoding expands aliases, and a 304-byte file can expand for minutes.
enum YAMLDocument {
  /// Bytes a file may have.
  static let sizeLimit = 1 << 20
  /// How deep collections may nest.
  static let depthLimit = 24
  /// Words that may look like an alias (`*name`). Composing hashes every mapping key, so aliases inside keys must be
  /// few before it starts; any real one is refused afterwards. 32 of them expand to e^12 nodes at most.
  static let aliasLimit = 32

  static func load(path: String, code: ParallaxError.Code) throws(ParallaxError) -> YAMLValue {
    try parse(text: try read(path: path, code: code), file: path, code: code)
  }

  static func parse(text: String, file: String, code: ParallaxError.Code) throws(ParallaxError) -> YAMLValue {
    let whole = ParallaxError.Location(file: file)
    guard text.utf8.count <= sizeLimit else {
      throw ParallaxError(code, "the file is larger than \(sizeLimit / 1024) KiB", at: whole)
    }
    guard aliasLikeWords(in: text) <= aliasLimit else {
      throw ParallaxError(
        code, "the file has more than \(aliasLimit) words that look like YAML aliases", at: whole,
        remedy: "write the values out, or quote words that start with *")
    }
    do {
      let parser = try Parser(yaml: text, encoding: .utf8)
      guard let root = try parser.singleRoot() else { throw ParallaxError(code, "the file is empty", at: whole) }
      // Anchors are held weakly by the nodes and live as long as the parser.
      return try withExtendedLifetime(parser) {
        let value = YAMLValue(node: root, file: file, code: code, path: "")
        try refuseAnchors(in: value, depth: 0)
        return value
      }
    } catch let error as ParallaxError {
      throw error
    } catch let error as YamlError {
      throw translate(error, file: file, code: code)
    } catch {
      throw ParallaxError(code, "the file cannot be read as YAML", at: whole)
    }
  }

  static func read(path: String, code: ParallaxError.Code) throws(ParallaxError) -> String {
    let location = ParallaxError.Location(file: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw ParallaxError(
        code, "no such file", at: location, remedy: "check the path, or write one with `parallax init`")
    }
    guard !isDirectory.boolValue else { throw ParallaxError(code, "is a directory, not a file", at: location) }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ParallaxError(code, "the file cannot be opened", at: location, remedy: "check its permissions")
    }
    defer { try? handle.close() }
    let data: Data?
    do { data = try handle.read(upToCount: sizeLimit + 1) } catch {
      throw ParallaxError(code, "the file cannot be read", at: location, cause: error.localizedDescription)
    }
    guard let text = String(validating: data ?? Data(), as: UTF8.self) else {
      throw ParallaxError(code, "the file is not UTF-8 text", at: location)
    }
    return text
  }

  private static func aliasLikeWords(in text: String) -> Int {
    var count = 0
    var previous = UInt8(ascii: " ")
    for byte in text.utf8 {
      if previous == UInt8(ascii: "*"), byte > UInt8(ascii: " "), byte != UInt8(ascii: "*") { count += 1 }
      previous = byte
    }
    return count
  }

  private static func refuseAnchors(in value: YAMLValue, depth: Int) throws(ParallaxError) {
    guard depth <= depthLimit else { throw value.error("the file nests deeper than \(depthLimit) levels") }
    guard value.node.anchor == nil, value.node.alias == nil else {
      throw value.error("anchors and aliases are not allowed", remedy: "write the value out where it is used")
    }
    switch value.node {
    case .mapping(let mapping):
      for (key, child) in mapping {
        try refuseAnchors(in: value.child(key, path: value.path), depth: depth + 1)
        try refuseAnchors(in: value.child(child, path: value.path), depth: depth + 1)
      }
    case .sequence(let sequence):
      for child in sequence { try refuseAnchors(in: value.child(child, path: value.path), depth: depth + 1) }
    case .scalar, .alias: break
    }
  }

  /// Yams' own descriptions quote the line, which may hold a secret; only its words and the place are kept.
  private static func translate(_ error: YamlError, file: String, code: ParallaxError.Code) -> ParallaxError {
    func syntax(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) -> ParallaxError {
      let text = [context?.text, problem].compactMap { $0 }.joined(separator: ", ")
      return ParallaxError(
        code, "YAML syntax: \(text)",
        at: ParallaxError.Location(file: file, line: mark.line, column: mark.column))
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return syntax(context, problem, mark)
    case .reader(let problem, _, _, _):
      return ParallaxError(code, "YAML syntax: \(problem)", at: ParallaxError.Location(file: file))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "`\(Printable.inert($0))`" }.joined(separator: ", ")
      return ParallaxError(
        code, "\(names) stands more than once in the same mapping",
        at: ParallaxError.Location(file: file, line: context.mark.line, column: context.mark.column),
        remedy: "give each a name of its own, or remove one")
    default:
      return ParallaxError(code, "the file cannot be read as YAML", at: ParallaxError.Location(file: file))
    }
  }
}
