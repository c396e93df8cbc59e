/// A time axis from which long pauses are cut, so that a round of milliseconds can be seen beside a wait of minutes.
struct BrokenTime {
  /// A stretch without a long pause.
  struct Stretch {
    var from: Double
    var to: Double
    var start: Double
    var end: Double
  }

  /// A pause that was cut: where it is drawn, and its seconds.
  struct Cut {
    var x: Double
    var seconds: Double
  }

  let stretches: [Stretch]
  let cuts: [Cut]

  /// Width of the place where a pause was cut.
  static let gap = 22.0
  static let cutLimit = 16

  /// - Parameter times: sorted, not empty.
  init(_ times: [Double], to range: (Double, Double)) {
    let span = max(1e-3, times[times.count - 1] - times[0])
    let pauses = zip(times, times.dropFirst()).enumerated().map { (index: $0, seconds: $1.1 - $1.0) }
      .filter { $0.seconds >= max(0.8, 0.06 * span) }
      .sorted { $0.seconds > $1.seconds }.prefix(Self.cutLimit).sorted { $0.index < $1.index }
    var bounds: [(Double, Double)] = []
    var first = times[0]
    for pause in pauses {
      bounds.append((first, times[pause.index]))
      first = times[pause.index + 1]
    }
    bounds.append((first, times[times.count - 1]))
    // Many pauses are a rhythm: each is made narrow, so that what lies between them keeps its place.
    let isRhythm = pauses.count > 5
    let gap = isRhythm ? Self.gap / 2 : Self.gap
    let least = isRhythm ? 6.0 : 14.0
    let room = range.1 - range.0 - gap * Double(pauses.count) - least * Double(bounds.count)
    let active = max(1e-6, bounds.reduce(0) { $0 + $1.1 - $1.0 })
    var x = range.0
    var stretches: [Stretch] = []
    var cuts: [Cut] = []
    for (index, bound) in bounds.enumerated() {
      let width = least + room * (bound.1 - bound.0) / active
      stretches.append(Stretch(from: bound.0, to: bound.1, start: x, end: x + width))
      x += width
      guard index < pauses.count else { continue }
      cuts.append(Cut(x: x + gap / 2, seconds: pauses[index].seconds))
      x += gap
    }
    self.stretches = stretches
    self.cuts = cuts
  }

  func callAsFunction(_ time: Double) -> Double {
    let stretch = stretches.last { time >= $0.from } ?? stretches[0]
    guard stretch.to > stretch.from else { return (stretch.start + stretch.end) / 2 }
    let share = min(1, max(0, (time - stretch.from) / (stretch.to - stretch.from)))
    // A little room, so that neither end touches the cut.
    return stretch.start + 3 + share * (stretch.end - stretch.start - 6)
  }

  /// Round times in the stretches that are wide enough.
  var ticks: [(time: Double, x: Double)] {
    var ticks: [(time: Double, x: Double)] = []
    for stretch in stretches where stretch.to > stretch.from {
      let count = Int((stretch.end - stretch.start) / 90)
      let times = count > 0 ? Scale(stretch.from...stretch.to, to: (0, 1)).ticks(count) : [stretch.from]
      for time in times {
        let x = self(time)
        if x - (ticks.last?.x ?? -100) >= 44 { ticks.append((time, x)) }
      }
    }
    return ticks
  }
}
