internal import Glibc

/// The likelihood of a bucket with a fast refill: tokens are followed as an interval [low, high] for every pattern and
/// every rate of a grid, and a request passes with the share of the interval above one token.
///
/// State is carried across rounds, otherwise high rates over-fit. Each outcome is taken in once: the cost of one is
/// patterns x 33 steps.
struct RefillFilter: Sendable {
  /// Tokens per second: none, then 32 values from 0.001 to 79.
  static let rates: [Double] = [0] + (0..<32).map { pow(10, -3 + 4.9 * Double($0) / 31) }
  /// Prior weight of each rate, as logarithm: most limiters that refill while we probe do so once in one to ten
  /// seconds, or several times a second.
  static let rateWeights: [Double] = {
    let weights = rates.map { rate -> Double in
      switch rate {
      case 0: 0.3
      case ..<0.1: 0.4
      case ..<0.7: 1.5
      case ..<20: 2
      default: 0.3
      }
    }
    let total = weights.reduce(0, +)
    return weights.map { log($0 / total) }
  }()
  /// A pass or a denial against all expectation.
  static let noise = 0.01
  /// How far apart two arrivals may be from what was planned, seconds.
  static let jitter = 0.008

  private let patterns: [CellMask]
  private let capacity: Double
  private var low: ContiguousArray<Double>
  private var high: ContiguousArray<Double>
  /// The product of probabilities since the last fold into `logLikelihood`.
  private var product: ContiguousArray<Double>
  private var logLikelihood: ContiguousArray<Double>
  private var last: ContiguousArray<Double> = []
  private let rates = Self.rates

  /// - Parameter capacity: tokens that the bucket can hold.
  init(patterns: [CellMask], capacity: Double) {
    self.patterns = patterns
    self.capacity = capacity
    let count = patterns.count * Self.rates.count
    low = ContiguousArray(repeating: 0, count: count)
    high = ContiguousArray(repeating: 1, count: count)
    product = ContiguousArray(repeating: 1, count: count)
    logLikelihood = ContiguousArray(repeating: 0, count: count)
  }

  mutating func take(_ segment: Segment) {
    let start = segment.trials[0].time
    if last.isEmpty {
      last = ContiguousArray(repeating: start, count: patterns.count)
    } else if !segment.goesOn {
      step(segment.opening)
      if !segment.opening.limited { restart(at: start) }
    }
    for trial in segment.trials.dropFirst() { step(trial) }
  }

  /// log P(outcomes) for every pattern, marginal over the rates.
  func marginals() -> [Double] {
    patterns.indices.map { logSumExp(rateLogPosterior(pattern: $0)) }
  }

  /// The mean rate in tokens per second, given a pattern.
  func meanRate(pattern: Int) -> Double {
    let values = rateLogPosterior(pattern: pattern)
    let top = values.max() ?? 0
    let weights = values.map { exp($0 - top) }
    return zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  /// log of prior times likelihood of every rate.
  private func rateLogPosterior(pattern: Int) -> [Double] {
    let base = pattern * rates.count
    let weights = Self.rateWeights
    return rates.indices.map { weights[$0] + logLikelihood[base + $0] + log(product[base + $0]) }
  }

  /// The exhausted cell was found open and then drained again: what it holds now is known anew.
  private mutating func restart(at time: Double) {
    for index in low.indices {
      low[index] = 0
      high[index] = 1
    }
    for index in last.indices { last[index] = time }
  }

  private mutating func step(_ trial: Trial) {
    let bit: CellMask = 1 << CellMask(trial.cell)
    let capacity = capacity
    let rateCount = rates.count
    let lowest = capacity - 0.01
    rates.withUnsafeBufferPointer { rates in
      low.withUnsafeMutableBufferPointer { low in
        high.withUnsafeMutableBufferPointer { high in
          product.withUnsafeMutableBufferPointer { product in
            for pattern in patterns.indices where patterns[pattern] & bit != 0 {
              let elapsed = max(trial.time - last[pattern], 0)
              last[pattern] = trial.time
              let least = max(elapsed - Self.jitter, 0)
              let most = elapsed + Self.jitter
              let base = pattern * rateCount
              for offset in 0..<rateCount {
                let index = base + offset
                let lower = min(low[index] + rates[offset] * least, lowest)
                let upper = min(high[index] + rates[offset] * most, capacity)
                let width = max(upper - lower, 1e-9)
                let share = upper > 1 ? min(max((upper - max(lower, 1)) / width, 0), 1) : 0
                let pass = Self.noise + (1 - 2 * Self.noise) * share
                if trial.limited {
                  product[index] *= 1 - pass
                  let newHigh = min(upper, 1)
                  low[index] = lower < newHigh ? lower : max(newHigh - 0.1, 0)
                  high[index] = newHigh
                } else {
                  product[index] *= pass
                  low[index] = upper <= 1 ? 0 : max(lower, 1) - 1
                  high[index] = upper <= 1 ? 0.3 : upper - 1
                }
              }
            }
          }
        }
      }
    }
    foldProducts()
  }

  private mutating func foldProducts() {
    for index in product.indices where product[index] < 1e-200 {
      logLikelihood[index] += log(product[index])
      product[index] = 1
    }
  }
}
