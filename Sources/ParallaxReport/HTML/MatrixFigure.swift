internal import ParallaxAnalysis
internal import ParallaxModel

/// The cells by dimension: keys down, grouped by account; vantages across; one such grid for every choice of further
/// levels. Colour, mark and words say whether a cell spends the reference's bucket or has one of its own.
struct MatrixFigure {
  let design: Design
  /// Those that were to be asked: controls of which nobody asked anything tell nothing.
  private let cells: [Cell]
  /// By cell; the reference is not among them.
  let relations: [Int: Evidence]
  /// By cell, how many were limited and how many said anything: what is shown where no limiter was found.
  let answers: [Int: (limited: Int, telling: Int)]

  private static let cell = (width: 128.0, height: 58.0)
  private static let gutter = 118.0
  private static let header = 34.0

  init(_ run: MeasuredRun) {
    let design = run.design
    let evidence = run.verdict?.limiters.first?.evidence ?? []
    self.design = design
    cells = design.cells.filter { !$0.isControl || run.tally.cell($0.id).readings.all > 0 }
    var answers: [Int: (limited: Int, telling: Int)] = [:]
    if evidence.isEmpty {
      for (cell, tally) in run.tally.cells where tally.readings.passed + tally.readings.limited > 0 {
        answers[cell] = (tally.readings.limited, tally.readings.passed + tally.readings.limited)
      }
    }
    self.answers = answers
    var relations: [Int: Evidence] = [:]
    for cell in design.cells {
      let name = design.name(of: cell)
      relations[cell.id] = evidence.last { $0.cell == name || $0.cell == cell.label }
    }
    self.relations = relations
  }

  var drawing: Drawing {
    var content: [Markup] = []
    var y = 0.0
    let grids = levels
    for levels in grids {
      let cells = cells.filter { $0.levels == levels }
      if grids.count > 1 {
        content.append(Shape.text(name(of: levels), x: 0, y: y + 14, style: "label strong"))
        y += 8
      }
      content += grid(cells, top: y)
      y += Self.header + Self.cell.height * Double(keys(of: cells).count) + 16
    }
    let width = Self.gutter + Self.cell.width * Double(vantages.count)
    return Drawing(
      id: "matrix", title: "The matrix of cells", description: description, width: max(360, width + 4), height: y - 8,
      content: content)
  }

  /// Every vantage that a cell uses, in order.
  private var vantages: [Int] { Array(Set(cells.map(\.vantage))).sorted() }

  private var levels: [[Int]] {
    var seen: [[Int]] = []
    for cell in cells where !seen.contains(cell.levels) { seen.append(cell.levels) }
    return seen
  }

  private func keys(of cells: [Cell]) -> [(account: String, key: String)] {
    var keys: [(account: String, key: String)] = []
    for cell in cells where !keys.contains(where: { $0.key == cell.key }) { keys.append((cell.account, cell.key)) }
    return keys
  }

  private func name(of levels: [Int]) -> String {
    zip(design.dimensions, levels).map { "\($0.name) \($0.levels[$1])" }.joined(separator: ", ")
  }

  private func grid(_ cells: [Cell], top: Double) -> [Markup] {
    var content: [Markup] = []
    for (column, vantage) in vantages.enumerated() {
      let x = Self.gutter + Self.cell.width * (Double(column) + 0.5)
      content.append(
        Shape.text(
          Shortened.middle(design.vantages[vantage].name, to: 19), x: x, y: top + 20, anchor: "middle",
          style: "label strong"))
    }
    var previous: String?
    for (row, item) in keys(of: cells).enumerated() {
      let y = top + Self.header + Self.cell.height * Double(row)
      let isFirst = item.account != previous
      if isFirst {
        content.append(Shape.text("account \(Shortened.end(item.account, to: 11))", x: 0, y: y + 22, style: "label"))
      }
      previous = item.account
      content.append(
        Shape.text(
          "key \(Shortened.end(item.key, to: 10))", x: 0, y: y + (isFirst ? 39 : 34),
          style: "label strong"))
      for (column, vantage) in vantages.enumerated() {
        let x = Self.gutter + Self.cell.width * Double(column)
        if let cell = cells.first(where: { $0.key == item.key && $0.vantage == vantage }) {
          content += box(cell, x: x, y: y)
        } else {
          content.append(
            Shape.box(
              x: x + 3, y: y + 3, width: Self.cell.width - 6, height: Self.cell.height - 6, radius: 7, "cell absent"))
        }
      }
    }
    return content
  }

  private func box(_ cell: Cell, x: Double, y: Double) -> [Markup] {
    let (style, word) = look(of: cell)
    let known = relations[cell.id].flatMap { $0.relation == .unknown ? nil : $0.posterior }
    return [
      Shape.box(
        x: x + 3, y: y + 3, width: Self.cell.width - 6, height: Self.cell.height - 6, radius: 7, "cell \(style)"),
      Shape.text(cell.label, x: x + 12, y: y + 20, style: "label strong"),
      Shape.text(
        known.map { Numbers.percent($0) } ?? "", x: x + Self.cell.width - 12, y: y + 20, anchor: "end", style: "ink"),
      mark(style, x: x + 17, y: y + 40.5),
      Shape.text(word, x: x + 28, y: y + 44.5, style: "ink"),
    ]
  }

  private func mark(_ style: String, x: Double, y: Double) -> Markup {
    switch style {
    case "shared", "reference":
      element("circle", ["cx": drawn(x), "cy": drawn(y), "r": "5", "class": "mark filled"])
    case "separate":
      element("circle", ["cx": drawn(x), "cy": drawn(y), "r": "4.5", "class": "mark hollow"])
    default: Shape.text("?", x: x, y: y + 4, anchor: "middle", style: "label strong")
    }
  }

  private func look(of cell: Cell) -> (style: String, word: String) {
    if let answer = answers[cell.id] {
      return (answer.limited > 0 ? "shared" : "separate", "\(answer.limited) of \(answer.telling) limited")
    }
    if cell.id == 0 { return ("reference", "the reference") }
    switch relations[cell.id]?.relation {
    case .shared?: return ("shared", "same bucket")
    case .separate?: return ("separate", "own bucket")
    case .unknown?: return ("unknown", relations[cell.id]?.sent == 0 ? "not probed" : "not known")
    case nil: return ("unknown", "not probed")
    }
  }

  private var description: String {
    cells.map { cell in
      let share = relations[cell.id].map { $0.sent > 0 ? " (\(Numbers.percent($0.posterior)))" : "" } ?? ""
      return "\(cell.label), \(design.name(of: cell)): \(look(of: cell).word)\(share)"
    }.joined(separator: "; ")
  }
}

/// Names made short enough for their place; the whole name stands in the tables.
enum Shortened {
  static func end(_ text: String, to count: Int) -> String {
    let inert = InertText.inert(text)
    return inert.count <= count ? inert : inert.prefix(count - 1) + "…"
  }

  static func middle(_ text: String, to count: Int) -> String {
    let inert = InertText.inert(text)
    guard inert.count > count else { return inert }
    return inert.prefix(count / 2) + "…" + inert.suffix(count - count / 2 - 1)
  }
}
