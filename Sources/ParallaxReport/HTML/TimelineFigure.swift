internal import ParallaxAnalysis
internal import ParallaxModel

/// One lane per cell with every request on it: what passed above the line, what was limited below it, and the stages
/// on top.
struct TimelineFigure {
  let run: MeasuredRun
  /// Moments of all cells, in order of time.
  private let moments: [Moments.Moment]

  private static let left = 166.0
  private static let right = 652.0
  private static let top = 52.0
  private static let lane = 34.0

  init?(_ run: MeasuredRun) {
    self.run = run
    moments = run.tally.cells.values.flatMap { $0.passed.kept + $0.limited.kept + $0.void.kept }
      .sorted { ($0.time, $0.stage.rawValue) < ($1.time, $1.stage.rawValue) }
    guard !moments.isEmpty else { return nil }
  }

  var drawing: Drawing {
    let time = BrokenTime(moments.map(\.time), to: (Self.left, Self.right))
    let lanes = run.design.cells
    let bottom = Self.top + Self.lane * Double(lanes.count)
    var content = stages(time, bottom: bottom)
    for stretch in time.stretches {
      content.append(Shape.line(stretch.start, bottom, stretch.end, bottom, "axis"))
    }
    for (time, x) in time.ticks {
      content.append(Shape.line(x, bottom, x, bottom + 4, "axis"))
      content.append(Shape.text("\(Numbers.plain(time, digits: 2)) s", x: x, y: bottom + 17, anchor: "middle"))
    }
    var labelled = -Double.infinity
    for cut in time.cuts {
      let (left, right) = (drawn(cut.x - 2.5), drawn(cut.x + 2.5))
      content.append(
        Shape.path("M\(left) \(drawn(Self.top))V\(drawn(bottom))M\(right) \(drawn(Self.top))V\(drawn(bottom))", "cut"))
      guard cut.x - labelled >= 30 else { continue }
      labelled = cut.x
      content.append(
        Shape.text("\(Numbers.seconds((cut.seconds * 10).rounded() / 10))", x: cut.x, y: bottom + 33, anchor: "middle"))
    }
    if !time.cuts.isEmpty {
      content.append(Shape.text("cut:", x: Self.left - 8, y: bottom + 33, anchor: "end"))
    }
    content.append(Shape.text("passed · limited", x: Drawing.width, y: 12, anchor: "end"))
    for (index, cell) in lanes.enumerated() {
      content += lane(cell, y: Self.top + Self.lane * (Double(index) + 0.5), time)
    }
    return Drawing(
      id: "timeline", title: "Every request in time, by cell", description: description, width: Drawing.width,
      height: bottom + (time.cuts.isEmpty ? 22 : 38), content: content)
  }

  private func lane(_ cell: Cell, y: Double, _ time: BrokenTime) -> [Markup] {
    let own = run.tally.cell(cell.id)
    func places(_ moments: Moments, _ y: Double) -> [(x: Double, y: Double)] {
      moments.kept.map { (time($0.time), y) }
    }
    let name = "\(cell.label)  \(Shortened.middle(run.design.name(of: cell), to: 23))"
    let counts = "\(own.readings.passed) · \(own.readings.limited)"
    return [
      Shape.text(name, x: 0, y: y + 4, style: "label strong"),
      Shape.line(Self.left, y, Self.right, y, "grid"),
      Shape.dots(places(own.passed, y - 6), "dots passed"),
      Shape.crosses(places(own.limited, y + 6), "crosses limited"), Shape.dots(places(own.void, y), "dots void"),
      Shape.text(counts, x: Drawing.width, y: y + 4, anchor: "end"),
    ]
  }

  /// Neighbouring requests of one stage.
  private func stages(_ time: BrokenTime, bottom: Double) -> [Markup] {
    var bands: [(stage: Stage, from: Double, to: Double)] = []
    for moment in moments {
      if let last = bands.last, last.stage == moment.stage {
        bands[bands.count - 1].to = moment.time
      } else {
        bands.append((moment.stage, moment.time, moment.time))
      }
    }
    // Labels that would cover each other go into rows of their own.
    var ends = [Double](repeating: -.infinity, count: 3)
    return bands.prefix(60).enumerated().flatMap { index, band -> [Markup] in
      let (start, end) = (time(band.from) - 4, time(band.to) + 4)
      var parts = [
        Shape.box(
          x: start, y: Self.top - 6, width: end - start, height: bottom - Self.top + 6,
          index % 2 == 0 ? "band even" : "band odd")
      ]
      if let row = ends.indices.first(where: { start >= ends[$0] }) {
        parts.append(Shape.text(band.stage.name, x: start, y: 12 + 14 * Double(row)))
        ends[row] = start + 6.4 * Double(band.stage.name.count) + 6
      }
      return parts
    }
  }

  private var description: String {
    run.design.cells.map { cell in
      let own = run.tally.cell(cell.id).readings
      return "\(cell.label): \(own.passed) passed, \(own.limited) limited, \(own.void) said nothing"
    }.joined(separator: "; ")
  }
}
