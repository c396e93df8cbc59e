internal import ParallaxLimiters
internal import Testing

@Suite("Rules with a window")
struct WindowTests {
  struct Row: Sendable {
    var rule: any AdmissionRule
    var times: [Double]
    var expected: String
    var because: String
  }

  static let rows: [Row] = [
    Row(
      rule: FixedWindow(limit: 3, window: 60, alignment: .clock), times: [59.7, 59.8, 59.9, 59.95, 60, 119.9, 119.95],
      expected: "1110111", because: "a window of the clock ends at its multiple"),
    Row(
      rule: FixedWindow(limit: 3, window: 60, alignment: .firstRequest), times: [59.7, 59.8, 59.9, 60, 119.6, 119.7],
      expected: "111001", because: "an anchored window lasts from its first request"),
    Row(
      rule: FixedWindow(limit: 2, window: 10, alignment: .firstRequest), times: [0, 1, 11, 12, 20.5, 21.5],
      expected: "111101", because: "the next window begins with the first request after the last"),
    Row(
      rule: FixedWindow(limit: 2, window: 10, alignment: .clock, countsRejected: true), times: [0, 1, 2, 3, 10],
      expected: "11001", because: "rejected requests keep a window full, they do not renew it"),
    Row(
      rule: FixedWindow(limit: 2, window: 86_400, alignment: .clock), times: [0, 1, 86_399, 86_400],
      expected: "1101", because: "a daily quota is a long window"),
    Row(
      rule: SlidingLog(limit: 3, window: 60), times: [0, 10, 20, 30, 60.1, 60.2, 70.1, 80.1, 80.2],
      expected: "111010110", because: "capacity comes back one by one"),
    Row(
      rule: SlidingLog(limit: 3, window: 60, countsRejected: true), times: [0, 10, 20, 30, 60.1, 70, 80, 90.2],
      expected: "11100000", because: "who goes on asking stays out"),
    Row(
      rule: SlidingLog(limit: 3, window: 60, countsRejected: true), times: [0, 10, 20, 30, 90.1],
      expected: "11101", because: "who is silent comes back"),
    Row(
      rule: SlidingCounter(limit: 10, window: 60),
      times: Array(repeating: 50, count: 11) + [60, 60.1, 65.9, 66.1, 90, 90, 90, 90, 90],
      expected: "11111111110" + "0101" + "11100", because: "the last window fades out"),
  ]

  @Test("Worked numbers", arguments: rows)
  func worked(row: Row) {
    #expect(replay(row.rule, at: row.times) == row.expected, "\(row.because)")
  }

  @Test("Costs are taken from the same allowance")
  func costs() {
    for rule: any AdmissionRule in [
      FixedWindow(limit: 10, window: 60, alignment: .clock), SlidingLog(limit: 10, window: 60),
      SlidingCounter(limit: 10, window: 60), TokenBucket(rate: 0.01, burst: 10),
    ] {
      let offers = [6, 5, 4, 1].map { Offer(time: 1, cost: $0) }
      #expect(replay(rule, offers).map(\.allowed) == [true, false, true, false], "\(rule)")
    }
  }

  @Test("A long log is trimmed and still exact")
  func longLog() {
    let rule = SlidingLog(limit: 100, window: 10)
    // 16 a second against 100 in 10 s: each window of ten seconds lets exactly 100 pass.
    let decisions = replay(rule, (0..<2000).map { Offer(time: Double($0) / 16) })
    for start in stride(from: 0, to: 1800, by: 7) {
      #expect(decisions[start..<(start + 160)].count { $0.allowed } == 100)
    }
  }

  @Test("Usage is the share that is spent")
  func usage() {
    let log = SlidingLog(limit: 4, window: 10)
    var bucket = log.makeBucket(at: 0)
    for time in [0.0, 1, 2] { _ = log.admit(Offer(time: time), &bucket) }
    #expect(log.usage(of: bucket, at: 2) == 0.75)
    #expect(log.usage(of: bucket, at: 11.5) == 0.25)
    let window = FixedWindow(limit: 4, window: 10, alignment: .clock)
    var count = window.makeBucket(at: 0)
    _ = window.admit(Offer(time: 5), &count)
    #expect(window.usage(of: count, at: 9) == 0.25)
    #expect(window.usage(of: count, at: 10) == 0)
  }
}
