/// The targets of Package.swift with the modules of this package that each depends on, as written there.
struct Manifest {
  var dependencies: [String: Set<String>] = [:]
  var testTargets: Set<String> = []

  init() throws {
    let source = try Repository.file("Package.swift").lines
      .map { $0.prefix(upTo: $0.firstRange(of: "//")?.lowerBound ?? $0.endIndex) }.joined(separator: "\n")
    let starts = source.matches(
      of: /(?<kind>library|tests|executableTarget|target|systemLibrary)\((?:\s*name:)?\s*"(?<name>[\w-]+)"/)
    let names = Set(starts.map { String($0.name) })
    for start in starts {
      let call = Self.balanced(source[start.name.endIndex...])
      let quoted = call.matches(of: /"([\w-]+)"/).map { String($0.1) }
      dependencies[String(start.name)] = names.intersection(quoted).subtracting([String(start.name)])
      if start.kind == "tests" { testTargets.insert(String(start.name)) }
    }
  }

  /// The text up to the parenthesis that closes the call it stands in.
  private static func balanced(_ text: Substring) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }
}
