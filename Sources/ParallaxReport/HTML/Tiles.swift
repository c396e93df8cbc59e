internal import ParallaxAnalysis
internal import ParallaxModel

/// The figures that one looks for first.
struct Tiles {
  let run: MeasuredRun

  var markup: Markup {
    element("dl", ["class": "tiles"]) {
      for (name, value, note) in tiles {
        element("div") {
          element("dt") { name }
          element("dd") {
            Self.unbroken(value)
            if !note.isEmpty { element("small") { Self.unbroken(note) } }
          }
        }
      }
    }
  }

  private var tiles: [(name: String, value: String, note: String)] {
    var tiles: [(name: String, value: String, note: String)] = []
    if let limiter = run.verdict?.limiters.first {
      let scope = ScopeName.of(limiter.scope)
      tiles.append(("keyed on", scope, "probability \(Numbers.percent(limiter.posterior))"))
      if let limit = limiter.limit {
        let window = limiter.window.map { $0.value == 1 ? " per second" : " per \(Numbers.seconds($0.value))" } ?? ""
        tiles.append(("limit", Numbers.plain(limit.value, digits: 3) + window, interval(limit, limiter.window)))
      }
      if let burst = limiter.burst { tiles.append(("burst", Numbers.plain(burst.value, digits: 3), interval(burst))) }
      if limiter.algorithm.name != .unknown {
        tiles.append(
          (
            "algorithm", Sentences.algorithm(limiter.algorithm.name),
            "probability \(Numbers.percent(limiter.algorithm.posterior))"
          ))
      }
    }
    let readings = run.tally.readings
    tiles.append(("requests", "\(run.verdict?.requestsSent ?? readings.all)", "\(readings.limited) limited"))
    if let verdict = run.verdict { tiles.append(("took", Numbers.seconds(Numbers.short(verdict.duration)), started)) }
    return tiles
  }

  /// Keeps a number and its unit on one line.
  private static func unbroken(_ text: String) -> String {
    text.replacing(" %", with: "\u{a0}%").replacing(" s", with: "\u{a0}s").replacing("> ", with: ">\u{a0}")
      .replacing("< ", with: "<\u{a0}").replacing(" UTC", with: "\u{a0}UTC")
  }

  private func interval(_ limit: Estimate, _ window: Estimate? = nil) -> String {
    var text = "\(Numbers.plain(limit.low, digits: 3)) to \(Numbers.plain(limit.high, digits: 3))"
    if let window, window.low < window.high {
      text += " per \(Numbers.seconds(Numbers.short(window.low))) to \(Numbers.seconds(Numbers.short(window.high)))"
    }
    return text
  }

  /// From the run's name: `20261124T061500Z` is 2026-11-24 06:15 UTC.
  private var started: String {
    let digits = Array(run.id)
    guard run.began != nil, digits.count >= 15 else { return "" }
    let part = { (range: Range<Int>) in String(digits[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) \(part(9..<11)):\(part(11..<13)) UTC"
  }
}
