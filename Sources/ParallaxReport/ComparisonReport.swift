public import ParallaxAnalysis
internal import ParallaxModel

/// Runs beside each other, for people and for scripts.
public enum ComparisonReport {
  public static func table(_ comparisons: [RunComparison], options: TerminalOptions) -> String {
    comparisons.map { TerminalReport.render(document($0), options) }.joined(separator: "\n")
  }

  public static func markdown(_ comparisons: [RunComparison]) -> String {
    comparisons.map { MarkdownReport.render(document($0)) }.joined(separator: "\n")
  }

  /// Schema `parallax.comparison/1`.
  public static func json(_ comparisons: [RunComparison]) -> String {
    JSONValue.object([
      ("schema", .string("parallax.comparison/1")),
      ("changed", .boolean(comparisons.contains(where: \.hasChanged))),
      ("baseline", .string(comparisons.first?.baseline.id)),
      (
        "comparisons",
        .array(
          comparisons.map { comparison in
            .object([
              ("run", .string(comparison.other.id)), ("changed", .boolean(comparison.hasChanged)),
              ("notes", .strings(comparison.notes)), ("items", .array(comparison.items.map(value))),
            ])
          })
      ),
    ]).pretty() + "\n"
  }

  private static func value(of item: RunComparison.Item) -> JSONValue {
    .object([
      ("subject", .string(item.subject)), ("outcome", .string(item.outcome.rawValue)), ("before", .string(item.before)),
      ("after", .string(item.after)), ("because", .string(item.because)), ("p", .number(item.p)),
    ])
  }

  private static func document(_ comparison: RunComparison) -> ReportDocument {
    let changed = comparison.items(.changed)
    let same = comparison.items(.same).count
    let incomparable = comparison.items(.incomparable).count
    let headline =
      changed.isEmpty
      ? "Nothing changed between \(comparison.baseline.id) and \(comparison.other.id)"
      : "\(Numbers.counted(changed.count, "change")) between \(comparison.baseline.id) and \(comparison.other.id)"
    let titles: [(RunComparison.Outcome, String)] = [
      (.changed, "Changed"), (.same, "The same within noise"), (.incomparable, "Cannot be compared"),
    ]
    return ReportDocument(
      headline: "\(headline): \(same) the same within noise, \(incomparable) cannot be compared.",
      explanation: comparison.notes,
      sections: titles.compactMap { outcome, title in
        let items = comparison.items(outcome)
        return items.isEmpty ? nil : ReportDocument.Section(title: title, blocks: [.table(table(items))])
      })
  }

  private static func table(_ items: [RunComparison.Item]) -> TextTable {
    var table = TextTable([
      .init("what"), .init("before"), .init("after"), .init("difference"), .init("by chance", .right),
    ])
    for item in items {
      let style: TextStyle = item.outcome == .changed ? .notable : .plain
      table.append([
        .init(item.subject, style), .init(item.before), .init(item.after), .init(item.because),
        .init(item.p.map(chance) ?? "-"),
      ])
    }
    return table
  }

  private static func chance(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = \(Numbers.plain((p * 1000).rounded() / 1000))"
  }
}
