internal import ParallaxAnalysis
internal import ParallaxModel

/// What came back after the bucket was drained, against the seconds since then.
struct RecoveryFigure {
  private let history: BucketHistory
  private let drained: Double
  private let limiter: Limiter

  private static let plot = (left: 46.0, right: 700.0, top: 12.0, bottom: 186.0)

  /// nil where the bucket was hardly watched after it was drained.
  init?(_ history: BucketHistory, limiter: Limiter) {
    guard let index = history.drained, history.requests.count - index >= 3 else { return nil }
    self.history = history
    self.limiter = limiter
    drained = history.requests[index].time
  }

  var drawing: Drawing {
    let plot = Self.plot
    let regained = history.regained
    let last = max(0.05, regained.last?.seconds ?? 1)
    let most = max(4, regained.last?.count ?? 0)
    let x = Scale(0...last, to: (plot.left, plot.right))
    let y = Scale(0...Double(most), to: (plot.bottom, plot.top))
    var content = Axes.draw(x: x, y: y, plot: plot, xName: "since it was drained", xFormat: Numbers.seconds)
    if let window = limiter.window?.value, limiter.algorithm.name != .tokenBucket, window > 0 {
      for index in 1...max(1, min(12, Int(last / window))) where Double(index) * window <= last {
        content.append(
          Shape.line(x(Double(index) * window), plot.top, x(Double(index) * window), plot.bottom, "window"))
      }
    }
    content.append(
      Shape.staircase(regained.map { (x($0.seconds), y(Double($0.count))) }, until: plot.right, "series passedline"))
    let after = history.requests.filter { $0.time >= drained }
    content.append(
      Shape.crosses(
        after.filter { !$0.admitted }.map { (x($0.time - drained), plot.bottom - 5) }, "crosses limited"))
    content.append(
      Shape.dots(
        after.filter(\.admitted).enumerated().map { (x($1.time - drained), y(Double($0 + 1))) }, "dots passed"))
    return Drawing(
      id: "recovery", title: "How the limit came back", description: sentence, width: Drawing.width,
      height: plot.bottom + 42, content: content)
  }

  var sentence: String {
    let after = history.requests.filter { $0.time >= drained }
    let first = after.first(where: \.admitted).map { $0.time - drained }
    let passed = after.count(where: \.admitted)
    guard let first else {
      let seconds = after.last.map { $0.time - drained } ?? 0
      return "Nothing was let through in the \(Numbers.seconds(seconds)) that it was watched."
    }
    return
      "\(Numbers.counted(passed, "request")) of \(after.count) were let through, the first \(Numbers.seconds(first)) after the refusal."
  }
}

/// Requests let through, counted up, beside what the fitted limiter would have let through.
struct FitFigure {
  private let history: BucketHistory
  private let replay: FitReplay

  private static let plot = (left: 46.0, right: 700.0, top: 12.0, bottom: 206.0)

  /// nil where too little is known of the limiter.
  init?(_ history: BucketHistory, limiter: Limiter, origin: Double) {
    guard let replay = FitReplay(limiter, history, origin: origin), history.requests.count > 1 else { return nil }
    self.history = history
    self.replay = replay
  }

  var sentence: String {
    "The fitted limiter decides \(replay.agreeing) of \(history.requests.count) requests as the real one did."
  }

  var drawing: Drawing {
    let plot = Self.plot
    let times = BrokenTime(history.requests.map(\.time), to: (plot.left, plot.right))
    let observed = Self.counted(history.requests.map(\.admitted))
    let predicted = Self.counted(replay.admitted)
    let most = max(observed.last ?? 0, predicted.last ?? 0, 4)
    let y = Scale(0...Double(most), to: (plot.bottom, plot.top))
    var content = Axes.draw(x: nil, y: y, plot: plot, xName: "let through, counted up, against time")
    for stretch in times.stretches {
      content.append(Shape.line(stretch.start, plot.bottom, stretch.end, plot.bottom, "axis"))
    }
    for (time, x) in times.ticks {
      content.append(Shape.line(x, plot.bottom, x, plot.bottom + 4, "axis"))
      content.append(Shape.text("\(Numbers.plain(time, digits: 2)) s", x: x, y: plot.bottom + 18, anchor: "middle"))
    }
    for cut in times.cuts {
      content.append(
        Shape.path(
          "M\(drawn(cut.x - 3)) \(drawn(plot.top))V\(drawn(plot.bottom))M\(drawn(cut.x + 3)) \(drawn(plot.top))V\(drawn(plot.bottom))",
          "cut"))
    }
    let places = history.requests.map { times($0.time) }
    content.append(Shape.staircase(zip(places, predicted).map { ($0, y(Double($1))) }, "series fitted"))
    content.append(Shape.staircase(zip(places, observed).map { ($0, y(Double($1))) }, "series passedline thin"))
    content.append(Shape.dots(zip(places, observed).map { ($0, y(Double($1))) }, "dots passed"))
    let wrong = history.requests.indices.filter { history.requests[$0].admitted != replay.admitted[$0] }
    content.append(Shape.crosses(wrong.map { (places[$0], y(Double(observed[$0]))) }, size: 4, "crosses disagree"))
    return Drawing(
      id: "fit", title: "The limiter that was fitted, over the data", description: sentence, width: Drawing.width,
      height: plot.bottom + 42, content: content)
  }

  private static func counted(_ admitted: [Bool]) -> [Int] {
    var count = 0
    return admitted.map { passed in
      count += passed ? 1 : 0
      return count
    }
  }
}

/// Axes of a plot, with a faint grid.
enum Axes {
  static func draw(
    x: Scale?, y: Scale, plot: (left: Double, right: Double, top: Double, bottom: Double), xName: String,
    xFormat: (Double) -> String = { Numbers.plain($0) }
  ) -> [Markup] {
    var content: [Markup] = []
    for tick in y.ticks(4) {
      content.append(Shape.line(plot.left, y(tick), plot.right, y(tick), "grid"))
      content.append(Shape.text(Numbers.plain(tick), x: plot.left - 7, y: y(tick) + 4, anchor: "end"))
    }
    if let x {
      content.append(Shape.line(plot.left, plot.bottom, plot.right, plot.bottom, "axis"))
      for tick in x.ticks(6) {
        content.append(Shape.line(x(tick), plot.bottom, x(tick), plot.bottom + 4, "axis"))
        content.append(Shape.text(xFormat(tick), x: x(tick), y: plot.bottom + 18, anchor: "middle"))
      }
    }
    content.append(Shape.text(xName, x: plot.right, y: plot.bottom + 36, anchor: "end"))
    return content
  }
}
