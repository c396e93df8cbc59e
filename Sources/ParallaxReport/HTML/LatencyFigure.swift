internal import ParallaxAnalysis
internal import ParallaxModel

/// Seconds from sending to the end of the answer, by cell and by how it was answered: median, quartiles, and the range
/// that holds nine in ten.
struct LatencyFigure {
  struct Row {
    var name: String
    var style: String
    var summary: LatencySummary
  }

  let rows: [Row]

  private static let left = 222.0
  private static let right = 620.0
  private static let lane = 24.0

  init?(_ run: MeasuredRun) {
    rows = run.design.cells.flatMap { cell -> [Row] in
      let tally = run.tally.cell(cell.id)
      let name = "\(cell.label)  \(Shortened.middle(run.design.name(of: cell), to: 21))"
      return [("passed", tally.passedLatency), ("limited", tally.limitedLatency)].compactMap { word, latencies in
        LatencySummary(latencies).map { Row(name: name, style: word, summary: $0) }
      }
    }
    if rows.isEmpty { return nil }
  }

  var drawing: Drawing {
    let low = max(1e-5, rows.map(\.summary.low).min() ?? 0.001)
    let high = max(low * 2, rows.map(\.summary.high).max() ?? 1)
    let x = Scale(low * 0.85...high * 1.15, to: (Self.left, Self.right), logarithmic: true)
    let bottom = 8 + Self.lane * Double(rows.count)
    var content: [Markup] = []
    var last = -Double.infinity
    for tick in x.ticks() where x(tick) - last > 48 {
      last = x(tick)
      content.append(Shape.line(x(tick), 4, x(tick), bottom, "grid"))
      content.append(Shape.text(Numbers.seconds(tick), x: x(tick), y: bottom + 16, anchor: "middle"))
    }
    content.append(Shape.line(Self.left, bottom, Self.right, bottom, "axis"))
    for (index, row) in rows.enumerated() {
      let y = 8 + Self.lane * (Double(index) + 0.5)
      let summary = row.summary
      if index == 0 || rows[index - 1].name != row.name {
        content.append(Shape.text(row.name, x: 0, y: y + 4, style: "label strong"))
      }
      content.append(Shape.text(row.style, x: Self.left - 8, y: y + 4, anchor: "end"))
      content.append(Shape.line(x(summary.low), y, x(summary.high), y, "whisker \(row.style)"))
      content.append(
        Shape.box(
          x: x(summary.lowerQuartile), y: y - 5.5,
          width: max(2, x(summary.upperQuartile) - x(summary.lowerQuartile)), height: 11, radius: 2,
          "quartiles \(row.style)"))
      content.append(Shape.line(x(summary.median), y - 7.5, x(summary.median), y + 7.5, "median \(row.style)"))
      content.append(
        Shape.text(
          "\(Numbers.seconds(Numbers.short(summary.median))) · n \(summary.count)", x: Drawing.width, y: y + 4,
          anchor: "end"))
    }
    return Drawing(
      id: "latency", title: "Latencies by cell and answer",
      description: rows.map { "\($0.name) \($0.style): median \(Numbers.seconds(Numbers.short($0.summary.median)))" }
        .joined(separator: "; "),
      width: Drawing.width, height: bottom + 24, content: content)
  }
}
