internal import ParallaxAnalysis
internal import ParallaxModel

/// One lane per cell with every request on it: what passed above the line, what was limited below it, and the stages
/// on top.
struct TimelineFigure {
  let run: MeasuredRun
  /// Moments of all cells, in order of time.
  private let moments: [Moments.Moment]
  /// Cells of which something was asked; controls often were not needed.
  private let lanes: [Cell]

  private static let left = 172.0
  private static let right = 652.0
  private static let lane = 34.0

  init?(_ run: MeasuredRun) {
    self.run = run
    moments = run.tally.cells.values.flatMap { $0.passed.kept + $0.limited.kept + $0.void.kept }
      .sorted { ($0.time, $0.stage.rawValue) < ($1.time, $1.stage.rawValue) }
    lanes = run.design.cells.filter { !$0.isControl || run.tally.cell($0.id).readings.all > 0 }
    guard !moments.isEmpty else { return nil }
  }

  var drawing: Drawing {
    let time = BrokenTime(moments.map(\.time), to: (Self.left, Self.right))
    let bands = bands(time)
    let top = 24 + 14 * Double(bands.compactMap(\.row).max() ?? 0)
    let bottom = top + Self.lane * Double(lanes.count)
    var content = bands.enumerated().flatMap { index, band -> [Markup] in
      let box = Shape.box(
        x: band.start, y: top - 6, width: band.end - band.start, height: bottom - top + 6,
        index % 2 == 0 ? "band even" : "band odd")
      return [box]
        + (band.row.map { [Shape.text(band.stage.name, x: band.start, y: top - 12 - 14 * Double($0))] } ?? [])
    }
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
        Shape.path("M\(left) \(drawn(top))V\(drawn(bottom))M\(right) \(drawn(top))V\(drawn(bottom))", "cut"))
      guard cut.x - labelled >= 30 else { continue }
      labelled = cut.x
      content.append(
        Shape.text("\(Numbers.seconds((cut.seconds * 10).rounded() / 10))", x: cut.x, y: bottom + 33, anchor: "middle"))
    }
    if !time.cuts.isEmpty {
      content.append(Shape.text("cut:", x: Self.left - 8, y: bottom + 33, anchor: "end"))
    }
    content.append(Shape.text("passed · limited", x: Drawing.width, y: top - 12, anchor: "end"))
    for (index, cell) in lanes.enumerated() {
      content += lane(cell, y: top + Self.lane * (Double(index) + 0.5), time)
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
    let name = "\(cell.label)  \(Shortened.middle(run.design.name(of: cell), to: 21))"
    let counts = "\(own.readings.passed) · \(own.readings.limited)"
    return [
      Shape.text(name, x: 0, y: y + 4, style: "label strong"),
      Shape.line(Self.left, y, Self.right, y, "grid"),
      Shape.dots(places(own.passed, y - 6), "dots passed"),
      Shape.crosses(places(own.limited, y + 6), "crosses limited"), Shape.dots(places(own.void, y), "dots void"),
      Shape.text(counts, x: Drawing.width, y: y + 4, anchor: "end"),
    ]
  }

  /// Neighbouring requests of one stage, and where its name stands.
  private struct Band {
    var stage: Stage
    var start: Double
    var end: Double
    /// Counted upwards from the lanes; nil where there is no room for the name.
    var row: Int?
  }

  private func bands(_ time: BrokenTime) -> [Band] {
    var bands: [(stage: Stage, from: Double, to: Double)] = []
    for moment in moments {
      if let last = bands.last, last.stage == moment.stage {
        bands[bands.count - 1].to = moment.time
      } else {
        bands.append((moment.stage, moment.time, moment.time))
      }
    }
    // Names that would cover each other go into rows of their own.
    var ends = [Double](repeating: -.infinity, count: 3)
    return bands.prefix(60).map { stage, from, to in
      let start = time(from) - 4
      let row = ends.indices.first { start >= ends[$0] }
      if let row { ends[row] = start + 6.4 * Double(stage.name.count) + 6 }
      return Band(stage: stage, start: start, end: time(to) + 4, row: row)
    }
  }

  private var description: String {
    lanes.map { cell in
      let own = run.tally.cell(cell.id).readings
      return "\(cell.label): \(own.passed) passed, \(own.limited) limited, \(own.void) said nothing"
    }.joined(separator: "; ")
  }
}
