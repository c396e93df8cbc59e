internal import ParallaxAnalysis
internal import ParallaxModel

/// The probability of every answer against the number of requests, from the replay of what was observed.
struct PosteriorFigure {
  let moments: [ScopeReplay.Moment]
  /// What the run itself concluded, with the requests it took.
  let verdict: (name: String, posterior: Double)?

  private static let plot = (left: 46.0, right: 560.0, top: 12.0, bottom: 214.0)
  private static let threshold = 0.99
  /// Lines beyond this number are not told apart by anybody.
  private static let lineLimit = 5

  init?(_ run: MeasuredRun) {
    let moments = ScopeReplay(run).moments
    guard let last = moments.last else { return nil }
    self.moments = moments
    verdict = run.verdict?.limiters.first.map { limiter in
      let scopes = run.verdict.map { $0.limiters.map(\.scope) } ?? []
      let isLayered = last.answers.contains { Set($0.scopes) == Set(scopes) }
      return (Self.name(isLayered ? scopes : [limiter.scope]), limiter.posterior)
    }
  }

  static func name(_ scopes: [[String]]) -> String {
    scopes.isEmpty ? "none of these" : scopes.map { ScopeName.of($0) }.joined(separator: " & ")
  }

  /// The answers that were most probable at some moment, the last moment's best first.
  private var names: [String] {
    var best: [String: Double] = [:]
    for moment in moments {
      for answer in moment.answers {
        best[Self.name(answer.scopes)] = max(best[Self.name(answer.scopes)] ?? 0, answer.posterior)
      }
    }
    let shown = best.filter { $0.value >= 0.03 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(Self.lineLimit).map(\.key)
    return shown.sorted { (last($1), $0) < (last($0), $1) }
  }

  private func last(_ name: String) -> Double { value(name, at: moments[moments.count - 1]) }

  private func value(_ name: String, at moment: ScopeReplay.Moment) -> Double {
    moment.answers.filter { Self.name($0.scopes) == name }.reduce(0) { $0 + $1.posterior }
  }

  var drawing: Drawing {
    let plot = Self.plot
    let first = Double(moments[0].requests)
    let final = Double(moments[moments.count - 1].requests)
    let margin = max(1, (final - first) * 0.04)
    let x = Scale(max(0, first - margin)...(final + margin), to: (plot.left, plot.right))
    let y = Scale(0...1, to: (plot.bottom, plot.top))
    var content: [Markup] = []
    for tick in [0, 0.25, 0.5, 0.75, 1] {
      content.append(Shape.line(plot.left, y(tick), plot.right, y(tick), "grid"))
      content.append(
        Shape.text("\(Int(tick * 100)) %", x: plot.left - 7, y: y(tick) + 4, anchor: "end"))
    }
    content.append(Shape.line(plot.left, y(Self.threshold), plot.right, y(Self.threshold), "threshold"))
    for tick in x.ticks(6) where tick == tick.rounded() {
      content.append(Shape.line(x(tick), plot.bottom, x(tick), plot.bottom + 4, "axis"))
      content.append(Shape.text("\(Int(tick))", x: x(tick), y: plot.bottom + 18, anchor: "middle"))
    }
    content.append(Shape.text("requests", x: plot.right, y: plot.bottom + 36, anchor: "end"))
    var labels: [(y: Double, text: String, style: Int)] = []
    for (index, name) in names.enumerated() {
      var points = moments.map { (x: x(Double($0.requests)), y: y(value(name, at: $0))) }
      if let verdict, verdict.name == name { points.append((points[points.count - 1].x, y(verdict.posterior))) }
      let end = points[points.count - 1]
      content.append(Shape.staircase(points, until: plot.right, "series s\(index)"))
      content.append(Shape.dots([end], "dots s\(index)"))
      let shown = verdict?.name == name ? verdict?.posterior ?? 0 : last(name)
      labels.append((end.y + 4, "\(Shortened.end(name, to: 16)) \(Numbers.percent(shown))", index))
    }
    content += placed(labels)
    return Drawing(
      id: "posterior", title: "The posterior as it grew", description: description, width: Drawing.width,
      height: plot.bottom + 42, content: content)
  }

  /// Labels beside the ends of their lines, moved apart where they would cover each other.
  private func placed(_ labels: [(y: Double, text: String, style: Int)]) -> [Markup] {
    var previous = -Double.infinity
    var ys = labels.map(\.y)
    let order = labels.indices.sorted { ys[$0] < ys[$1] }
    for index in order {
      ys[index] = max(ys[index], previous + 15)
      previous = ys[index]
    }
    let over = max(0, previous - (Self.plot.bottom + 4))
    if over > 0 {
      var next = Double.infinity
      for index in order.reversed() {
        ys[index] = min(ys[index], Self.plot.bottom + 4, next - 15)
        next = ys[index]
      }
    }
    return labels.indices.flatMap { index in
      [
        Shape.line(
          Self.plot.right + 4, ys[index] - 4, Self.plot.right + 16, ys[index] - 4, "series s\(labels[index].style)"),
        Shape.text(labels[index].text, x: Self.plot.right + 21, y: ys[index], style: "label strong"),
      ]
    }
  }

  private var description: String {
    let first = moments[0]
    let last = moments[moments.count - 1]
    func list(_ moment: ScopeReplay.Moment) -> String {
      moment.answers.prefix(3).map { "\(Self.name($0.scopes)) \(Numbers.percent($0.posterior))" }.joined(
        separator: ", ")
    }
    return "After \(first.requests) requests: \(list(first)). After \(last.requests): \(list(last))."
  }
}
