internal import ParallaxAnalysis
internal import ParallaxModel

/// The pictures of a run, each with what it shows in words.
struct Figures {
  let run: MeasuredRun

  var matrix: [Markup] {
    let hasEvidence = !(run.verdict?.limiters.first?.evidence ?? []).isEmpty
    let caption =
      hasEvidence
      ? "Every cell is one choice of address and key. While the reference was exhausted the others were asked: limited too "
        + "means that they spend the same bucket."
      : "Every cell is one choice of address and key, with how many of its requests were limited."
    return [
      figure(MatrixFigure(run).drawing, caption: caption),
      legend([
        (
          .element("circle", ["cx": "12", "cy": "7", "r": "5", "class": "mark filled"], []),
          hasEvidence ? "same bucket as the reference" : "limited"
        ),
        (
          .element("circle", ["cx": "12", "cy": "7", "r": "4.5", "class": "mark hollow"], []),
          hasEvidence ? "a bucket of its own" : "never limited"
        ),
        (
          .element(
            "rect", ["x": "2", "y": "2", "width": "20", "height": "10", "rx": "3", "class": "cell unknown"], []),
          "not known"
        ),
      ]),
    ]
  }

  var posterior: [Markup] {
    guard let figure = PosteriorFigure(run) else { return [] }
    return [
      self.figure(
        figure.drawing,
        caption: "Probability of every answer after so many requests, computed again from what was observed; the last "
          + "step is the run's own verdict. The dashed line is what it takes to be called determined (99 %).")
    ]
  }

  var timeline: [Markup] {
    guard let figure = TimelineFigure(run) else { return [] }
    return [
      self.figure(
        figure.drawing,
        caption: "One lane per cell, seconds since the run began; beside it how many passed and how many were limited. "
          + "Long pauses are cut; the figure below a cut is its length."),
      legend([
        (Shape.dots([(12, 7)], "dots passed"), "passed"),
        (Shape.crosses([(12, 7)], "crosses limited"), "limited"),
        (Shape.dots([(12, 7)], "dots void"), "says nothing (lost, or a server's error)"),
      ]),
      element("details") {
        element("summary") { "The stages in figures" }
        stages
      },
    ]
  }

  var bucket: [Markup] {
    guard let limiter = run.verdict?.limiters.first, let history = BucketHistory(run) else { return [] }
    var parts: [Markup] = []
    if let recovery = RecoveryFigure(history, limiter: limiter) {
      parts.append(element("h3") { "Recovery" })
      parts.append(
        figure(
          recovery.drawing,
          caption: recovery.sentence + " Crosses are refusals; vertical lines, if any, are ends of the fitted window."))
    }
    if let fit = FitFigure(history, limiter: limiter, origin: run.began ?? 0) {
      parts.append(element("h3") { "Fit" })
      parts.append(
        figure(
          fit.drawing,
          caption: fit.sentence + " Dots are requests that the bucket saw, counted up as they were let through; the "
            + "line is what a \(Sentences.algorithm(limiter.algorithm.name)) with the fitted figures does with the same "
            + "requests."))
    }
    return parts
  }

  var latency: [Markup] {
    guard let figure = LatencyFigure(run) else { return [] }
    return [
      self.figure(
        figure.drawing,
        caption: "From sending to the end of the answer: the median, the middle half as a box, and a line that holds "
          + "nine in ten. The scale is logarithmic.")
    ]
  }

  private var stages: Markup {
    var table = TextTable([
      .init("stage"), .init("requests", .right), .init("passed", .right), .init("limited", .right),
      .init("from", .right), .init("to", .right),
    ])
    for stage in Stage.allCases {
      guard let own = run.tally.stages[stage] else { continue }
      let readings = own.readings
      table.append([
        .init(stage.name), .init("\(readings.all)"), .init("\(readings.passed)"), .init("\(readings.limited)"),
        .init(Numbers.seconds(Numbers.short(own.first))), .init(Numbers.seconds(Numbers.short(own.last))),
      ])
    }
    return Tables.markup(table, label: "The stages, with their requests")
  }

  private func figure(_ drawing: Drawing, caption: String) -> Markup {
    element("figure") {
      element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": drawing.title]) {
        drawing.markup
      }
      element("figcaption") { caption }
    }
  }

  private func legend(_ items: [(mark: Markup, text: String)]) -> Markup {
    element("ul", ["class": "legend"]) {
      for item in items {
        element("li") {
          element("svg", ["viewBox": "0 0 24 14", "aria-hidden": "true"]) { item.mark }
          item.text
        }
      }
    }
  }
}
