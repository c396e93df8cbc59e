public import ParallaxAnalysis
public import ParallaxModel

/// The report on a terminal: the verdict in a sentence, then what it rests on.
public enum TerminalReport {
  /// Lines, each ended by a line feed. What came from a remote side is shown inert.
  public static func render(_ verdict: Verdict, of run: MeasuredRun, options: TerminalOptions) -> String {
    render(VerdictDocument(verdict: verdict, run: run).document(), options)
  }

  static func render(_ document: ReportDocument, _ options: TerminalOptions) -> String {
    var text = paragraph(document.headline, .strong, options)
    for sentence in document.explanation { text += paragraph(sentence, .plain, options) }
    for section in document.sections where !section.blocks.isEmpty {
      text += "\n" + TextStyle.strong.applied(to: section.title, options) + "\n"
      for block in section.blocks { text += render(block, options) }
    }
    return text
  }

  private static func render(_ block: ReportDocument.Block, _ options: TerminalOptions) -> String {
    switch block {
    case .paragraph(let text, let style): paragraph(text, style, options)
    case .table(let table): table.render(options)
    case .list(let items): items.map { hanging("- ", $0, options) }.joined()
    case .facts(let facts): self.facts(facts, options)
    }
  }

  private static func paragraph(_ text: String, _ style: TextStyle, _ options: TerminalOptions) -> String {
    DisplayWidth.wrapped(InertText.inert(text), to: options.width).map { style.applied(to: $0, options) + "\n" }
      .joined()
  }

  private static func facts(_ facts: [(name: String, value: String)], _ options: TerminalOptions) -> String {
    let width = facts.map { DisplayWidth.of($0.name) }.max() ?? 0
    return facts.map { fact in
      let label = fact.name + String(repeating: " ", count: width - DisplayWidth.of(fact.name) + 2)
      return hanging(label, fact.value, options)
    }.joined()
  }

  /// A text that keeps to the right of what stands before its first line.
  private static func hanging(_ label: String, _ text: String, _ options: TerminalOptions) -> String {
    let indent = DisplayWidth.of(label)
    let lines = DisplayWidth.wrapped(InertText.inert(text), to: max(20, options.width - indent))
    let rest = "\n" + String(repeating: " ", count: indent)
    return TextStyle.faint.applied(to: label, options) + lines.joined(separator: rest) + "\n"
  }
}
