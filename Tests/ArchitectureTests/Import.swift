/// One import declaration.
struct Import {
  /// The top-level module: `Foundation` for `import struct Foundation.URL`.
  var module: String
  /// `public`, `package`, `internal`, `fileprivate` or `private`; nil if none is written.
  var access: String?
  var isTestable: Bool
  var line: Int

  init?(_ text: Substring, line: Int) {
    guard
      let match = text.wholeMatch(
        of:
          /\s*(?<attributes>(?:@\w+(?:\([^)]*\))?\s+)*)(?:(?<access>public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(?<module>\w+).*/
      )
    else { return nil }
    module = String(match.module)
    access = match.access.map(String.init)
    isTestable = match.attributes.contains("@testable")
    self.line = line
  }

  static func all(in file: Repository.File) -> [Import] {
    file.lines.enumerated().filter { $0.element.contains("import ") }.compactMap {
      Import($0.element, line: $0.offset + 1)
    }
  }
}
