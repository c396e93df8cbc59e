internal import ParallaxModel

/// A text with `{{name}}` places in it.
struct Template {
  /// The text with every place written without inner spaces: `{{ key }}` becomes `{{key}}`.
  let text: String
  /// Names of the places, in order.
  let names: [String]

  /// nil when a `{{` is never closed, or a `}}` never opened.
  init?(_ source: String) {
    var text = ""
    var names: [String] = []
    var rest = source[...]
    while let open = rest.firstRange(of: "{{") {
      let inner = rest[open.upperBound...]
      guard let close = inner.firstRange(of: "}}") else { return nil }
      let name = inner[..<close.lowerBound].filter { $0 != " " }
      text += rest[..<open.lowerBound] + "{{" + name + "}}"
      names.append(name)
      rest = inner[close.upperBound...]
    }
    guard !rest.contains("}}") else { return nil }
    self.text = text + rest
    self.names = names
  }
}

extension YAMLValue {
  /// A text whose places all name something that the plan defines.
  func template(known: [String]) throws(ParallaxError) -> Template {
    guard let template = Template(try string()) else {
      throw error("`\(path)` has an unbalanced `{{` or `}}`", remedy: "write places like {{key}}")
    }
    for name in template.names where !known.contains(name) {
      let list = known.map { "{{\($0)}}" }.joined(separator: ", ")
      let nearest = Suggestion.nearest(to: name, among: known).map { "did you mean {{\($0)}}? " } ?? ""
      throw error(
        "`\(path)` uses {{\(Printable.inert(name))}}, which the plan does not define",
        remedy: "\(nearest)known: \(list)")
    }
    return template
  }
}
