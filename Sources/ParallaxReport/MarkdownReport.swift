public import ParallaxAnalysis
public import ParallaxModel

/// The report as GitHub Flavored Markdown.
public enum MarkdownReport {
  /// What came from a remote side is escaped: it makes no markup, link or HTML.
  public static func render(_ verdict: Verdict, of run: MeasuredRun) -> String {
    render(VerdictDocument(verdict: verdict, run: run).document())
  }

  static func render(_ document: ReportDocument) -> String {
    var text = "**\(escaped(document.headline))**\n"
    for sentence in document.explanation { text += "\n\(escaped(sentence))\n" }
    for section in document.sections where !section.blocks.isEmpty {
      text += "\n## \(escaped(section.title))\n"
      for block in section.blocks {
        let rendered = render(block)
        if !rendered.isEmpty { text += "\n" + rendered }
      }
    }
    return text
  }

  private static func render(_ block: ReportDocument.Block) -> String {
    switch block {
    case .paragraph(let text, _): escaped(text) + "\n"
    case .list(let items): items.map { "- \(escaped($0))\n" }.joined()
    case .facts(let facts): facts.map { "- \(escaped($0.name)): \(escaped($0.value))\n" }.joined()
    case .table(let table): render(table)
    }
  }

  private static func render(_ table: TextTable) -> String {
    let titles = table.columns.map { escaped($0.title) }.joined(separator: " | ")
    let rules = table.columns.map { $0.alignment == .right ? "--:" : "---" }.joined(separator: " | ")
    let rows = table.rows.map { row in "| \(row.map { escaped($0.text) }.joined(separator: " | ")) |\n" }
    return "| \(titles) |\n| \(rules) |\n" + rows.joined()
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in InertText.inert(text) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "!", "~", "@": result += "\\\(character)"
      default: result.append(character)
      }
    }
    // A bare address would become a link.
    return result.replacing("://", with: ":&#8203;//").replacing("www.", with: "www&#8203;.")
  }
}
