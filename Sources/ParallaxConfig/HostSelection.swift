internal import Glibc
public import ParallaxModel

/// Which hosts are meant, in Ansible's words: `eu*,!eu3`, `web:&prod`, `all`.
///
/// Elements stand between commas or colons. Each is a name of a host or a group, or a shell pattern of such names with
/// `*`, `?` and `[...]`. `!` excludes, `&` keeps only what also matches, whatever their order; without a plain element
/// all hosts are meant.
/// https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html
public struct HostSelection: Hashable, Sendable {
  enum Kind: Hashable { case include, exclude, require }

  struct Element: Hashable {
    let kind: Kind
    let pattern: String
  }

  /// An element that matches nothing, or a selection that leaves nothing.
  public struct Mismatch: Error {
    public let message: String
    public let remedy: String
  }

  let elements: [Element]

  public init(_ text: String) { self.init([text]) }

  /// Several patterns are read as one with commas between.
  public init(_ texts: [String]) {
    elements = texts.flatMap(Self.words).map { word in
      switch word.first {
      case "!": Element(kind: .exclude, pattern: String(word.dropFirst()))
      case "&": Element(kind: .require, pattern: String(word.dropFirst()))
      default: Element(kind: .include, pattern: word)
      }
    }
  }

  /// The items that are meant: in the order of the plain elements, and of the items within each.
  ///
  /// - Parameter labels: the names by which an item may be called: its own, and those of its groups.
  public func select<Item: Hashable>(
    from items: [Item], labels: (Item) -> [String]
  ) throws(Mismatch) -> [Item] {
    let labelled = items.map { (item: $0, labels: ["all"] + labels($0)) }
    let known = labelled.flatMap(\.labels)
    func matching(_ element: Element) throws(Mismatch) -> [Item] {
      let found = labelled.filter { entry in entry.labels.contains { Self.matches(element.pattern, $0) } }
      guard found.isEmpty else { return found.map(\.item) }
      let pattern = Printable.inert(element.pattern)
      let unique = known.enumerated().filter { known[..<$0.offset].contains($0.element) == false }.map(\.element)
      let nearest = Suggestion.nearest(to: element.pattern, among: unique).map { "did you mean `\($0)`? " } ?? ""
      throw Mismatch(
        message: element.pattern.isEmpty ? "a pattern of hosts is empty" : "no host and no group matches `\(pattern)`",
        remedy: "\(nearest)known: \(unique.prefix(20).joined(separator: ", "))\(unique.count > 20 ? ", ..." : "")")
    }
    var selected: [Item] = []
    for element in elements where element.kind == .include {
      for item in try matching(element) where !selected.contains(item) { selected.append(item) }
    }
    if !elements.contains(where: { $0.kind == .include }) { selected = items }
    for element in elements where element.kind == .require {
      let kept = Set(try matching(element))
      selected.removeAll { !kept.contains($0) }
    }
    for element in elements where element.kind == .exclude {
      let gone = Set(try matching(element))
      selected.removeAll(where: gone.contains)
    }
    guard !selected.isEmpty else {
      throw Mismatch(message: "the pattern leaves no host", remedy: "exclude fewer: `!` takes away, `&` intersects")
    }
    return selected
  }

  /// Exactly this name, or a shell pattern of it.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    pattern == name || fnmatch(pattern, name, 0) == 0
  }

  /// Split at commas and colons outside of brackets; blanks around a word do not count.
  private static func words(_ text: String) -> [String] {
    var words = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if depth <= 0, character == "," || character == ":" {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words.map { $0.trimmed() }.filter { !$0.isEmpty || words.count == 1 }
  }
}

extension String {
  /// Without blanks at either end.
  func trimmed() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension Inventory {
  /// Only the hosts that the pattern means, in the order of the file; all of them without a pattern.
  ///
  /// Errors: `usage` where a part of it matches nothing.
  public func limited(to pattern: String?) throws(ParallaxError) -> Inventory {
    guard let pattern else { return self }
    do {
      let names = Set(try HostSelection(pattern).select(from: hosts.map(\.name), labels: labels))
      var limited = self
      limited.hosts = hosts.filter { names.contains($0.name) }
      return limited
    } catch {
      throw ParallaxError(.usage, "--limit '\(Printable.inert(pattern))': \(error.message)", remedy: error.remedy)
    }
  }

  /// The names by which a host may be selected.
  public func labels(_ host: String) -> [String] {
    [host] + groups.filter { $0.hosts.contains(host) }.map(\.name)
  }
}
