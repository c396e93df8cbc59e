internal import Glibc

/// The models that count requests in windows. Each replays a log with the observed decisions, so that one error does
/// not propagate.
enum WindowModel: Hashable, CaseIterable {
  case alignedWindow, anchoredWindow, slidingLog, slidingLogOfAll, slidingCounter

  var logPrior: Double {
    switch self {
    case .alignedWindow: log(0.22)
    case .anchoredWindow: log(0.2)
    case .slidingLog: log(0.16)
    case .slidingLogOfAll: log(0.04)
    case .slidingCounter: log(0.13)
    }
  }

  /// Windows that are aligned to the clock have round lengths.
  private var needsRoundLength: Bool { self == .alignedWindow || self == .slidingCounter }

  func points(_ log: AdmissionLog, _ grid: WindowGrid) -> [FitPoint] {
    let decided = log.times.indices.filter { log.admitted[$0] != nil }
    let admitted = decided.map { log.admitted[$0] == true }
    let taken = self == .slidingLogOfAll ? log.taken.map { $0 == 0 ? 1 : $0 } : log.taken
    var sums = [0.0]
    sums.reserveCapacity(taken.count + 1)
    for value in taken { sums.append(sums[sums.count - 1] + value) }
    return grid.lengths.indices.flatMap { index -> [FitPoint] in
      let length = grid.lengths[index]
      if needsRoundLength, !grid.isRound[index] { return [] }
      let counts = counted(log, sums: sums, length: length)
      return CountFit.points(
        window: length, counted: decided.map { counts[$0] }, admitted: admitted, logPrior: grid.logPriors[index])
    }
  }

  /// How many had been counted when each request came.
  private func counted(_ log: AdmissionLog, sums: [Double], length: Double) -> [Int] {
    switch self {
    case .alignedWindow:
      return sinceStart(log) { floor(log.times[$0] / length) * length }.map { whole(sums[$0.index] - sums[$0.start]) }
    case .anchoredWindow:
      return anchored(log, sums: sums, length: length)
    case .slidingLog, .slidingLogOfAll:
      // What is exactly as old as the window is forgotten.
      var first = 0
      return log.times.indices.map { index in
        while log.times[first] <= log.times[index] - length { first += 1 }
        return whole(sums[index] - sums[first])
      }
    case .slidingCounter:
      return slidingCounter(log, sums: sums, length: length)
    }
  }

  private func whole(_ count: Double) -> Int { Int(floor(count + 1e-9)) }

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
      return whole(sums[index] - sums[first])
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
      // Denied from the limit on; room for a fraction of a request is room for one.
      return whole(previous * (1 - (time - begin) / length) + current)
    }
  }
}
