internal import ParallaxInference
internal import ParallaxModel
internal import Testing

/// What one bucket answers to a schedule: the same every time.
private func log(_ times: [Double], _ admit: (Double) -> Bool) -> [Admission] {
  times.map { Admission(time: $0, outcome: admit($0) ? .admitted : .denied) }
}

@Suite struct LimiterFitTests {
  /// A climb at 30 a second, requests around the window's ends, a burst, and spaced requests.
  private func times(from start: Double, window: Double) -> [Double] {
    let climb = (0..<80).map { start + Double($0) / 30 }
    let edges = [0.3, 0.6, 0.9].map { start + window * $0 } + [start + window - 0.35, start + window + 0.04]
    let burst = (0..<25).map { start + window + 0.06 + 0.005 * Double($0) }
    let spaced = (1...6).map { start + window + 1 + Double($0) * window / 4 }
    return (climb + edges + burst + spaced).sorted()
  }

  @Test(arguments: [10.0, 60]) func `fixed windows since the first request`(_ window: Double) throws {
    let start = 1_750_000_013.7
    var begin = -1e9
    var used = 0
    let fit = try #require(
      LimiterFit(
        log(times(from: start, window: window)) { time in
          if time >= begin + window { (begin, used) = (time, 0) }
          guard used < 50 else { return false }
          used += 1
          return true
        }))
    #expect(fit.algorithm.name == .fixedWindow)
    #expect(fit.algorithm.posterior > 0.9)
    #expect(fit.limit.low <= 50 && 50 <= fit.limit.high)
    #expect(fit.window.value == window)
  }

  @Test(arguments: [10.0, 60]) func `sliding logs`(_ window: Double) throws {
    let start = 1_750_000_013.7
    var passed: [Double] = []
    let fit = try #require(
      LimiterFit(
        log(times(from: start, window: window)) { time in
          passed.removeAll { $0 <= time - window }
          guard passed.count < 50 else { return false }
          passed.append(time)
          return true
        }))
    #expect(fit.limit.low <= 50 && 50 <= fit.limit.high)
    #expect(fit.algorithm.name == .slidingLog)
    #expect(fit.window.value == window)
  }

  @Test(arguments: [(2.0, 20.0), (0.8, 12), (8, 30)])
  func `token buckets, with rate and capacity`(_ parameters: (rate: Double, capacity: Double)) throws {
    let start = 1_750_000_013.7
    var tokens = parameters.capacity
    var last = start
    let climb = (0..<60).map { start + Double($0) / 30 }
    var pauses: [Double] = []
    for pause in 1...3 {
      for index in 0..<20 { pauses.append(start + 2 + Double(pause) * 4 + 0.01 * Double(index)) }
    }
    let fit = try #require(
      LimiterFit(
        log(climb + pauses) { time in
          tokens = min(parameters.capacity, tokens + parameters.rate * (time - last))
          last = time
          guard tokens >= 1 else { return false }
          tokens -= 1
          return true
        }))
    #expect(fit.algorithm.name == .tokenBucket)
    #expect(abs(fit.rate / parameters.rate - 1) < 0.06)
    let burst = try #require(fit.burst)
    #expect(burst.low <= parameters.capacity && parameters.capacity <= burst.high)
  }

  @Test func `without a recovery only what it held is known`() throws {
    let times = (0..<60).map { Double($0) / 20 }
    let fit = try #require(LimiterFit(log(times) { $0 < 2 }))
    #expect(!fit.hasRecovered)
    #expect(fit.drained.value == 40)
  }

  @Test func `lost requests widen the interval of what it held`() throws {
    var admissions = log((0..<60).map { Double($0) / 20 }) { $0 < 2 }
    admissions[5].outcome = .lost
    admissions[7].outcome = .admittedUnseen
    let fit = try #require(LimiterFit(admissions))
    #expect(fit.drained.low == 38)
    #expect(fit.drained.high > 40)
  }

  @Test func `a million requests are fitted by what came around the first denials`() throws {
    var tokens = 500.0
    var last = 0.0
    let times = (0..<1_000_000).map { Double($0) / 60 + Double($0 / 1000) * 10 }
    let fit = try #require(
      LimiterFit(
        log(times) { time in
          tokens = min(500, tokens + 20 * (time - last))
          last = time
          guard tokens >= 1 else { return false }
          tokens -= 1
          return true
        }))
    #expect(fit.algorithm.name == .tokenBucket)
    #expect(abs(fit.rate / 20 - 1) < 0.05)
    #expect(fit.burst.map { abs($0.value / 500 - 1) < 0.02 } == true)
  }

  @Test func `a lost request is one surprise at most`() throws {
    let start = 1_750_000_013.7
    var passed: [Double] = []
    var admissions = log(times(from: start, window: 60)) { time in
      passed.removeAll { $0 <= time - 60 }
      guard passed.count < 50 else { return false }
      passed.append(time)
      return true
    }
    for index in [3, 17, 31] { admissions[index].outcome = .lost }
    let fit = try #require(LimiterFit(admissions))
    #expect(fit.algorithm.name == .slidingLog)
    #expect(fit.limit.low <= 50 && 50 <= fit.limit.high)
  }

  @Test(arguments: [0, 1]) func `a sliding counter, with or without a request that it never counted`(_ uncounted: Int)
    throws
  {
    let start = 1_750_000_003.7
    var bucket = (index: 0.0, current: 0.0, previous: 0.0)
    var left = uncounted
    // Two climbs in one window, and one in the next, which stays at the limit for a while.
    let climbs = [0.0, 3, 8].map { pause in (0..<120).map { start + pause + Double($0) / 40 } }
    let fit = try #require(
      LimiterFit(
        log(climbs.flatMap(\.self).filter { $0 < start + 3 || $0 >= start + 3.5 }.sorted()) { time in
          let index = (time / 10).rounded(.down)
          if index > bucket.index { bucket = (index, 0, index == bucket.index + 1 ? bucket.current : 0) }
          guard bucket.previous * (1 - (time / 10 - index)) + bucket.current < 60 else { return false }
          if left > 0 { left -= 1 } else { bucket.current += 1 }
          return true
        }))
    #expect(fit.algorithm.name == .slidingCounter)
    #expect(fit.window.value == 10)
    #expect(fit.limit.value == 60 || fit.limit.value == 61)
  }

  @Test func `no denial, no fit`() {
    #expect(LimiterFit(log([0, 1, 2]) { _ in true }) == nil)
  }
}
