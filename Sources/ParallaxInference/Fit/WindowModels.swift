internal import Glibc

/// The models that count requests in windows. Each replays a log with the observed decisions, so that one error does
/// not propagate.
enum WindowModel: Hashable, CaseIterable {
  case alignedWindow, anchoredWindow, slidingLog, slidingLogOfAll, slidingCounter, slidingCounterOfAll

  /// How many points are replayed with every lost request's own doubt.
  private static let refined = 40

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

  /// Fractions of a request that are told apart. One request of ours that was not counted after all, or one of someone
  /// else, weighs less and less in a sliding counter, so that its limit seems to lie between two whole numbers.
  private var unit: Int { isCounter ? 8 : 2 }

  private var countsAll: Bool { self == .slidingLogOfAll || self == .slidingCounterOfAll }

  func points(_ log: AdmissionLog, _ grid: WindowGrid) -> [FitPoint] {
    let decided = log.times.indices.filter { log.admitted[$0] != nil }
    let admitted = decided.map { log.admitted[$0] == true }
    let taken = countsAll ? log.taken.map { $0 == 0 ? 1 : $0 } : log.taken
    var sums = [0.0]
    sums.reserveCapacity(taken.count + 1)
    for value in taken { sums.append(sums[sums.count - 1] + value) }
    let lost = log.taken.count { $0 == AdmissionLog.lost }
    let slack = (Double(lost).squareRoot() * Double(unit) / 2).rounded(.up)
    let fit = CountFit(unit: unit, step: isCounter ? 1 : unit, slack: Int(slack))
    let points = grid.lengths.indices.flatMap { index -> [FitPoint] in
      let length = grid.lengths[index]
      if isAligned, !grid.isRound[index] { return [] }
      let counts = counted(log, sums: sums, length: length)
      return fit.points(
        window: length, counted: decided.map { counts[$0] }, admitted: admitted, logPrior: grid.logPriors[index])
    }
    guard lost > 0 else { return points }
    let priors = Dictionary(zip(grid.lengths, grid.logPriors)) { $1 }
    return points.sorted { $0.logWeight > $1.logWeight }.prefix(Self.refined).map { point in
      var replay = LostReplay(log, taken: taken, model: self, point: point)
      return FitPoint(
        window: point.window, limit: point.limit, logWeight: replay.logLikelihood() + (priors[point.window] ?? 0))
    }
  }

  /// How many had been counted when each request came, in fractions. Denied from the limit on; room for a fraction of a
  /// request is room for one.
  private func counted(_ log: AdmissionLog, sums: [Double], length: Double) -> [Int] {
    switch self {
    case .alignedWindow:
      return sinceStart(log) { floor(log.times[$0] / length) * length }.map {
        fractions(sums[$0.index] - sums[$0.start])
      }
    case .anchoredWindow:
      return anchored(log, sums: sums, length: length)
    case .slidingLog, .slidingLogOfAll:
      // What is exactly as old as the window is forgotten.
      var first = 0
      return log.times.indices.map { index in
        while log.times[first] <= log.times[index] - length { first += 1 }
        return fractions(sums[index] - sums[first])
      }
    case .slidingCounter, .slidingCounterOfAll:
      return slidingCounter(log, sums: sums, length: length)
    }
  }

  private func fractions(_ count: Double) -> Int { Int(floor(Double(unit) * count + 1e-9)) }

  /// For every request, the index of the first one in its window.
  private func sinceStart(_ log: AdmissionLog, _ start: (Int) -> Double) -> [(index: Int, start: Int)] {
    var first = 0
    return log.times.indices.map { index in
      let begin = start(index)
      while log.times[first] < begin { first += 1 }
      return (index, first)
    }
  }

  private func anchored(_ log: AdmissionLog, sums: [Double], length: Double) -> [Int] {
    var start = log.times[0]
    var first = 0
    return log.times.indices.map { index in
      if log.times[index] >= start + length {
        start = log.times[index]
        first = index
      }
      return fractions(sums[index] - sums[first])
    }
  }

  private func slidingCounter(_ log: AdmissionLog, sums: [Double], length: Double) -> [Int] {
    var first = 0
    var previousFirst = 0
    return log.times.indices.map { index in
      let time = log.times[index]
      let begin = floor(time / length) * length
      while log.times[first] < begin { first += 1 }
      while log.times[previousFirst] < begin - length { previousFirst += 1 }
      let previous = sums[first] - sums[previousFirst]
      let current = sums[index] - sums[first]
      return fractions(previous * (1 - (time - begin) / length) + current)
    }
  }
}
