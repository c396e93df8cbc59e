internal import Glibc

/// The models that count requests in windows. Each replays a log with the observed decisions, so that one error does
/// not propagate.
enum WindowModel: Hashable, CaseIterable {
  case alignedWindow, anchoredWindow, slidingLog, slidingLogOfAll, slidingCounter, slidingCounterOfAll

  /// How many points are replayed with every lost request's own doubt.
  private static let refined = 40
  /// One request of ours that was not counted after all, or one of someone else, weighs less and less in a sliding
  /// counter, so that its limit seems to lie between two whole numbers: in so many parts of a request, with this prior
  /// share of the whole numbers, and where fewer requests than that were taken, since more show no such parts.
  private static let brokenUnit = 8
  private static let wholes = 0.9
  private static let large = 4000.0

  var logPrior: Double {
    switch self {
    case .alignedWindow: log(0.22)
    case .anchoredWindow: log(0.2)
    case .slidingLog: log(0.16)
    case .slidingLogOfAll: log(0.04)
    case .slidingCounter: log(0.1)
    case .slidingCounterOfAll: log(0.03)
    }
  }

  /// Windows that are aligned to the clock have round lengths.
  var isAligned: Bool { self == .alignedWindow || isCounter }

  var isCounter: Bool { self == .slidingCounter || self == .slidingCounterOfAll }

  private var countsAll: Bool { self == .slidingLogOfAll || self == .slidingCounterOfAll }

  func points(_ log: AdmissionLog, _ grid: WindowGrid) -> [FitPoint] {
    let decided = log.times.indices.filter { log.admitted[$0] != nil }
    let admitted = decided.map { log.admitted[$0] == true }
    let taken = countsAll ? log.taken.map { $0 == 0 ? 1 : $0 } : log.taken
    var sums = [0.0]
    sums.reserveCapacity(taken.count + 1)
    for value in taken { sums.append(sums[sums.count - 1] + value) }
    let lost = log.taken.count { $0 == AdmissionLog.lost }
    let isBroken = isCounter && sums[taken.count] < Self.large
    let unit = isBroken ? Self.brokenUnit : 2
    let slack = (Double(lost).squareRoot() * Double(unit) / 2).rounded(.up)
    let fit = CountFit(unit: unit, step: isBroken ? 1 : unit, slack: Int(slack))
    var points = grid.lengths.indices.flatMap { index -> [FitPoint] in
      let length = grid.lengths[index]
      if isAligned, !grid.isRound[index] { return [] }
      let counts = counted(log, sums: sums, length: length)
      return fit.points(
        window: length, counted: decided.map { Int(floor(Double(unit) * counts[$0] + 1e-9)) }, admitted: admitted,
        logPrior: grid.logPriors[index])
    }
    if lost > 0 {
      let likely = points.sorted { $0.logWeight > $1.logWeight }.prefix(Self.refined)
      points = replayed(likely, log, taken: taken, priors: Dictionary(zip(grid.lengths, grid.logPriors)) { $1 })
    }
    // With some lost, parts are as likely as whole numbers, and not shared out: that doubt costs a counter's evidence
    // more than it should, and sharing out named 7 of 1,546 limiters less well (docs/METHOD.md, 9).
    guard isBroken, lost == 0 else { return points }
    return points.map { point in
      var point = point
      let isWhole = point.limit == point.limit.rounded()
      point.logWeight += Glibc.log(isWhole ? Self.wholes : (1 - Self.wholes) / Double(unit - 1))
      return point
    }
  }

  /// The points with every lost request's own doubt.
  ///
  /// - Parameter priors: by the length of the window.
  private func replayed(
    _ points: some Sequence<FitPoint>, _ log: AdmissionLog, taken: [Double], priors: [Double: Double]
  ) -> [FitPoint] {
    points.map { point in
      var replay = LostReplay(log, taken: taken, model: self, point: point)
      var point = point
      point.logWeight = replay.logLikelihood() + (priors[point.window] ?? 0)
      return point
    }
  }

  /// How many had been counted when each request came. Denied from the limit on; room for a fraction of a
  /// request is room for one.
  private func counted(_ log: AdmissionLog, sums: [Double], length: Double) -> [Double] {
    switch self {
    case .alignedWindow:
      return sinceStart(log) { floor(log.times[$0] / length) * length }.map { sums[$0.index] - sums[$0.start] }
    case .anchoredWindow:
      return anchored(log, sums: sums, length: length)
    case .slidingLog, .slidingLogOfAll:
      // What is exactly as old as the window is forgotten.
      var first = 0
      return log.times.indices.map { index in
        while log.times[first] <= log.times[index] - length { first += 1 }
        return sums[index] - sums[first]
      }
    case .slidingCounter, .slidingCounterOfAll:
      return slidingCounter(log, sums: sums, length: length)
    }
  }

  /// For every request, the index of the first one in its window.
  private func sinceStart(_ log: AdmissionLog, _ start: (Int) -> Double) -> [(index: Int, start: Int)] {
    var first = 0
    return log.times.indices.map { index in
      let begin = start(index)
      while log.times[first] < begin { first += 1 }
      return (index, first)
    }
  }

  private func anchored(_ log: AdmissionLog, sums: [Double], length: Double) -> [Double] {
    var start = log.times[0]
    var first = 0
    return log.times.indices.map { index in
      if log.times[index] >= start + length {
        start = log.times[index]
        first = index
      }
      return sums[index] - sums[first]
    }
  }

  private func slidingCounter(_ log: AdmissionLog, sums: [Double], length: Double) -> [Double] {
    var first = 0
    var previousFirst = 0
    return log.times.indices.map { index in
      let time = log.times[index]
      let begin = floor(time / length) * length
      while log.times[first] < begin { first += 1 }
      while log.times[previousFirst] < begin - length { previousFirst += 1 }
      let previous = sums[first] - sums[previousFirst]
      let current = sums[index] - sums[first]
      return previous * (1 - (time - begin) / length) + current
    }
  }
}
