public import ParallaxAnalysis
internal import ParallaxModel

/// What came of the plan's expectations, for people and for GitHub.
public enum ExpectationReport {
  public static func table(_ results: [ExpectationResult], options: TerminalOptions) -> String {
    var text = TextStyle.strong.applied(to: "Expectations", options) + "\n"
    text += table(results).render(options)
    return text + TextStyle.strong.applied(to: summary(results), options) + "\n"
  }

  /// For a step's summary: Markdown, nothing in it from outside makes markup.
  public static func markdown(_ results: [ExpectationResult], run: MeasuredRun) -> String {
    var text = "### Parallax: \(MarkdownReport.escaped(summary(results)))\n\n"
    if let verdict = run.verdict { text += MarkdownReport.escaped(Sentences.headline(verdict)) + "\n\n" }
    text += "| expectation | outcome | because |\n| --- | --- | --- |\n"
    for result in results {
      let row = [result.name, word(result.outcome), result.because].map(MarkdownReport.escaped)
      text += "| \(row.joined(separator: " | ")) |\n"
    }
    return text + "\nRun `\(MarkdownReport.escaped(run.id))`\n"
  }

  /// Workflow commands that put a note beside the line of the plan; nothing for promises that were kept.
  public static func annotations(_ results: [ExpectationResult], plan: String) -> String {
    results.filter { $0.outcome != .kept }.map { result in
      let kind = result.outcome == .broken ? "error" : "warning"
      let line = result.line.map { ",line=\($0)" } ?? ""
      let title = "\(result.name) \(word(result.outcome))"
      return "::\(kind) file=\(property(plan))\(line),title=\(property(title))::\(message(result.because))\n"
    }.joined()
  }

  private static func table(_ results: [ExpectationResult]) -> TextTable {
    var table = TextTable([.init("expectation"), .init("outcome"), .init("because")])
    for result in results {
      let style: TextStyle =
        switch result.outcome {
        case .kept: .good
        case .broken: .bad
        case .unknown: .notable
        }
      table.append([.init(result.name), .init(word(result.outcome), style), .init(result.because)])
    }
    return table
  }

  private static func summary(_ results: [ExpectationResult]) -> String {
    let kept = results.count { $0.outcome == .kept }
    let unknown = results.count { $0.outcome == .unknown }
    var text = "\(kept) of \(Numbers.counted(results.count, "expectation")) kept"
    let broken = results.count - kept - unknown
    if broken > 0 { text += ", \(broken) broken" }
    if unknown > 0 { text += ", \(unknown) not shown by the run" }
    return text
  }

  private static func word(_ outcome: ExpectationResult.Outcome) -> String {
    outcome == .unknown ? "not shown" : outcome.rawValue
  }

  /// A workflow command's message: percent signs and line ends are written as codes.
  private static func message(_ text: String) -> String { InertText.inert(text).replacing("%", with: "%25") }

  private static func property(_ text: String) -> String {
    message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
