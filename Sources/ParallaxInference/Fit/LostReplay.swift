internal import Glibc

/// What a window has counted, where some requests were lost and may have been counted or not: what is decided next
/// narrows that down, so that one lost request is one surprise at most.
struct UncertainCount {
  var sure = 0.0
  /// Of the lost ones, the fewest and the most that were counted.
  var low = 0.0
  var high = 0.0

  mutating func take(_ taken: Double) {
    if taken == AdmissionLog.lost { high += 1 } else { sure += taken }
  }

  /// One that it had counted is too old now.
  mutating func forget(_ taken: Double) {
    guard taken == AdmissionLog.lost else {
      sure -= taken
      return
    }
    low = max(0, low - 1)
    high = max(low, high - 1)
  }
}

/// Replays a log through one counting model with one window and one limit.
struct LostReplay {
  private let log: AdmissionLog
  private let taken: [Double]
  private let model: WindowModel
  private let window: Double
  private let limit: Double
  private var current = UncertainCount()
  private var previous = UncertainCount()
  /// When the current window began.
  private var start: Double
  /// The oldest that a sliding log remembers.
  private var first = 0

  init(_ log: AdmissionLog, taken: [Double], model: WindowModel, point: FitPoint) {
    self.log = log
    self.taken = taken
    self.model = model
    window = point.window
    limit = point.limit
    start = model.isAligned ? floor(log.times[0] / point.window) * point.window : log.times[0]
  }

  /// log P(decisions).
  mutating func logLikelihood() -> Double {
    let expected = Glibc.log(1 - CountFit.error)
    let odd = Glibc.log(CountFit.error)
    var value = 0.0
    for index in log.times.indices {
      advance(to: index)
      if let admitted = log.admitted[index] {
        let weight = model.isCounter ? 1 - (log.times[index] - start) / window : 0
        let least = (previous.sure + previous.low) * weight + current.sure + current.low + 1e-9
        let most = (previous.sure + previous.high) * weight + current.sure + current.high + 1e-9
        if most < limit {
          value += admitted ? expected : odd
        } else if least >= limit {
          value += admitted ? odd : expected
        } else {
          let share = (limit - least) / (most - least + 1)
          value += Glibc.log(min(max(admitted ? share : 1 - share, 0.05), 0.95))
          narrow(admitted, least: least, most: most, weight: weight)
        }
      }
      current.take(taken[index])
    }
    return value
  }

  private mutating func narrow(_ admitted: Bool, least: Double, most: Double, weight: Double) {
    if admitted {
      let surplus = most - limit + 1e-6
      let own = min(current.high - current.low, surplus.rounded(.up))
      current.high -= own
      if weight > 0, surplus > own { previous.high = max(previous.low, previous.high - (surplus - own) / weight) }
    } else {
      let lack = limit - least
      let own = min(current.high - current.low, lack.rounded(.up))
      current.low += own
      if weight > 0, lack > own { previous.low = min(previous.high, previous.low + (lack - own) / weight) }
    }
  }

  private mutating func advance(to index: Int) {
    let time = log.times[index]
    switch model {
    case .slidingLog, .slidingLogOfAll:
      while log.times[first] <= time - window {
        current.forget(taken[first])
        first += 1
      }
    case .anchoredWindow:
      if time >= start + window {
        start = time
        current = UncertainCount()
      }
    case .alignedWindow, .slidingCounter, .slidingCounterOfAll:
      let begin = floor(time / window) * window
      if begin > start {
        previous = begin < start + 1.5 * window ? current : UncertainCount()
        current = UncertainCount()
        start = begin
      }
    }
  }
}
