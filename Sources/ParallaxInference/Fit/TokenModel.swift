internal import Glibc

/// A bucket that refills evenly: replayed on a grid of rates and capacities, then on a finer one around the best.
struct TokenModel {
  static let logPrior = log(0.25)
  private static let rateCount = 90
  private static let fineCount = 25
  /// Tokens per second.
  private static let rates = (slowest: 2e-4, fastest: 60.0)

  private let requests: AdmissionLog
  private let countsDenials: Bool
  /// Successes and seconds of the climb that emptied the bucket.
  private let drained: (count: Double, seconds: Double)
  /// Successes before that climb: they may have been regained in the pause before it, or not.
  private let early: Double

  init(_ requests: AdmissionLog, countsDenials: Bool) {
    self.requests = requests
    self.countsDenials = countsDenials
    let end = requests.saturation ?? max(0, requests.count - 1)
    let start = (0...end).last { $0 > 0 && requests.times[$0] - requests.times[$0 - 1] > 1 } ?? 0
    drained = (requests.taken[start..<end].reduce(0, +), requests.times[end] - requests.times[start])
    early = requests.taken[..<start].reduce(0, +)
  }

  /// - Returns: points with the rate as `window` and the capacity as `limit`; the weights sum over the coarse grid.
  func points() -> (points: [FitPoint], logEvidence: Double) {
    let ratio = log(Self.rates.fastest / Self.rates.slowest)
    let rates = (0..<Self.rateCount).map {
      Self.rates.slowest * exp(ratio * Double($0) / Double(Self.rateCount - 1))
    }
    let offsetCount = early == 0 ? 9 : 17
    let offsets = (0..<offsetCount).map {
      -1.5 + (early + 3) * Double($0) / Double(offsetCount - 1)
    }
    let coarse = evaluate(rates: rates, offsets: offsets)
    guard let best = coarse.max(by: { $0.logWeight < $1.logWeight }) else { return ([], -.infinity) }
    let cells = log(Double(rates.count * offsetCount))
    // Much data make a peak that is narrower than the coarse grid: its mass is that of the fine one.
    let step = exp(ratio / Double(Self.rateCount - 1))
    let reach = 1.5
    let fineRates = (0..<Self.fineCount).map {
      best.window * pow(step, reach * (2 * Double($0) / Double(Self.fineCount - 1) - 1))
    }
    let bestOffset = best.limit - drained.count + best.window * drained.seconds
    let fineOffsets = (0..<13).map { bestOffset + (Double($0) - 6) / 4 }
    let fine = evaluate(rates: fineRates, offsets: fineOffsets)
    let coarseOffsetStep = (early + 3) / Double(offsetCount - 1)
    let share = 2 * reach / Double(Self.fineCount - 1) * 0.25 / coarseOffsetStep
    let evidence = max(logSumExp(coarse.map(\.logWeight)), logSumExp(fine.map(\.logWeight)) + log(share)) - cells
    return (fine, evidence)
  }

  private func evaluate(rates: [Double], offsets: [Double]) -> [FitPoint] {
    rates.flatMap { rate in
      offsets.map { offset in
        let capacity = max(drained.count - rate * drained.seconds + offset, 1)
        return FitPoint(window: rate, limit: capacity, logWeight: replay(rate: rate, capacity: capacity))
      }
    }
  }

  private func replay(rate: Double, capacity: Double) -> Double {
    // Arrivals are known to some 15 ms.
    let slack = min(max(rate * 0.015, 0.02), 0.5)
    let error = CountFit.error
    var tokens = capacity
    var last = requests.times[0]
    var value = 0.0
    var product = 1.0
    for index in requests.times.indices {
      tokens = min(capacity, tokens + rate * (requests.times[index] - last))
      last = requests.times[index]
      guard let admitted = requests.admitted[index] else {
        tokens = max(0, tokens - requests.taken[index])
        continue
      }
      let pass = min(max((tokens - 1) / (2 * slack) + 0.5, error), 1 - error)
      if admitted {
        product *= pass
        tokens = max(tokens - requests.taken[index], 0)
      } else {
        product *= 1 - pass
        if tokens >= 1 { tokens = 0.5 }
        if countsDenials { tokens = max(-0.5 * capacity, tokens - 1) }
      }
      if product < 1e-200 {
        value += log(product)
        product = 1
      }
    }
    return value + log(product)
  }
}
