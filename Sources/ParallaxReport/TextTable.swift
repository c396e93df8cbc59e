/// A table for the terminal. All texts are made inert; where the table is wider than the terminal its widest columns
/// wrap between words, then optional columns are left out, the last first, then words are broken; and where that does not
/// help each row becomes a block of lines.
public struct TextTable: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }

    public var title: String
    public var alignment: Alignment
    /// May be left out where the table does not fit.
    public var isOptional: Bool

    public init(_ title: String, _ alignment: Alignment = .left, isOptional: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isOptional = isOptional
    }
  }

  public struct Entry: Hashable, Sendable, ExpressibleByStringInterpolation {
    public let text: String
    public let style: TextStyle

    public init(_ text: String, _ style: TextStyle = .plain) {
      self.text = InertText.inert(text)
      self.style = style
    }

    public init(stringLiteral text: String) { self.init(text) }
  }

  public let columns: [Column]
  public private(set) var rows: [[Entry]] = []

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// - Precondition: one entry per column.
  public mutating func append(_ row: [Entry]) {
    precondition(row.count == columns.count, "a row has one entry per column")
    rows.append(row)
  }

  /// Columns narrower than this are not worth reading.
  private static let narrowest = 8
  private static let gap = "  "

  /// The table as lines, each ended by a line feed.
  public func render(_ options: TerminalOptions) -> String {
    if let widths = widths(within: options.width, breakingWords: false) { return text(widths, options) }
    var shorter = self
    while let index = shorter.columns.lastIndex(where: \.isOptional) {
      shorter = shorter.without(index)
      if let widths = shorter.widths(within: options.width, breakingWords: false) {
        return shorter.text(widths, options)
      }
    }
    if let widths = widths(within: options.width, breakingWords: true) { return text(widths, options) }
    return blocks(options)
  }

  private func without(_ index: Int) -> TextTable {
    var columns = columns
    columns.remove(at: index)
    var table = TextTable(columns)
    for row in rows {
      var row = row
      row.remove(at: index)
      table.append(row)
    }
    return table
  }

  private func text(_ widths: [Int], _ options: TerminalOptions) -> String {
    let titles = columns.map { Entry($0.title, .strong) }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap)
    var text = lines(of: titles, widths, options)
    text += TextStyle.faint.applied(to: rule, options) + "\n"
    for row in rows { text += lines(of: row, widths, options) }
    return text
  }

  /// A width per column; nil when even narrow columns do not fit.
  ///
  /// - Parameter breakingWords: whether a column may be narrower than its longest word.
  private func widths(within limit: Int, breakingWords: Bool) -> [Int]? {
    var widths = columns.indices.map { index in
      rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].text)) }
    }
    let floors = columns.indices.map { index in
      let least = max(Self.narrowest, DisplayWidth.of(columns[index].title))
      let word = breakingWords ? 0 : rows.reduce(0) { max($0, DisplayWidth.ofLongestWord($1[index].text)) }
      return min(widths[index], max(least, word))
    }
    let gaps = Self.gap.count * (columns.count - 1)
    while widths.reduce(gaps, +) > limit {
      let shrinkable = widths.indices.filter { widths[$0] > floors[$0] }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  private func lines(of row: [Entry], _ widths: [Int], _ options: TerminalOptions) -> String {
    let wrapped = row.indices.map { DisplayWidth.wrapped(row[$0].text, to: widths[$0]) }
    let height = wrapped.map(\.count).max() ?? 1
    var text = ""
    for line in 0..<height {
      var parts: [String] = []
      for index in row.indices {
        let content = line < wrapped[index].count ? wrapped[index][line] : ""
        let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(content)))
        let painted = row[index].style.applied(to: content, options)
        parts.append(columns[index].alignment == .left ? painted + padding : padding + painted)
      }
      var joined = parts.joined(separator: Self.gap)
      while joined.last == " " { joined.removeLast() }
      text += joined + "\n"
    }
    return text
  }

  private func blocks(_ options: TerminalOptions) -> String {
    let label = columns.map { DisplayWidth.of($0.title) }.max() ?? 0
    return rows.map { row in
      row.indices.map { index in
        let title = columns[index].title
        let padding = String(repeating: " ", count: label - DisplayWidth.of(title))
        let room = max(Self.narrowest, options.width - label - 2)
        let lines = DisplayWidth.wrapped(row[index].text, to: room).map { row[index].style.applied(to: $0, options) }
        let indent = "\n" + String(repeating: " ", count: label + 2)
        return TextStyle.strong.applied(to: title, options) + padding + "  " + lines.joined(separator: indent) + "\n"
      }.joined()
    }.joined(separator: "\n")
  }
}
