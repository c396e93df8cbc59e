internal import ParallaxAgent
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

@Suite struct StopWatchTests {
  /// Reads 429 as a refusal and every 5xx as an error of the server.
  private func watch(_ rules: StopRules) -> StopWatch {
    StopWatch(
      rules: rules,
      reader: AnswerReader(
        read: {
          $0.status == 429 ? .limited(Signature(status: 429)) : ($0.status ?? 0) >= 500 ? .void(.serverError) : .passed
        },
        meets: { $0.status == $1.status }, retryAfter: { $0.header("retry-after").flatMap { Double($0) } }))
  }

  private func record(
    _ status: Int?, _ failure: Answer.Failure? = nil, seconds: Double = 0.01, headers: [Header] = []
  ) -> AgentRecord {
    AgentRecord(
      id: 0, batch: 0, cell: 0, stage: .probe, timings: Timings(planned: 0, sent: 0, end: Int64(seconds * 1e9)),
      answer: Answer(status: status, headers: headers, failure: failure))
  }

  @Test func moreThanTheShareOfServerErrorsEndsTheRunOnce() {
    var watch = watch(StopRules(serverErrors: 0.5))
    for index in 0..<200 { #expect(watch.note(record(index % 2 == 0 ? 503 : 200)) == nil) }
    #expect(watch.note(record(503))?.contains("stop.server_errors: 50 %") == nil)
    #expect(watch.note(record(503))?.contains("stop.server_errors: 50 %") == true)
    #expect(watch.note(record(503)) == nil)
  }

  @Test func fewAnswersSayNothing() {
    var watch = watch(StopRules(serverErrors: 0.5))
    for _ in 0..<49 { #expect(watch.note(record(500)) == nil) }
    #expect(watch.note(record(500)) != nil)
  }

  @Test func refusalsAreWhatARunLooksFor() {
    var watch = watch(StopRules())
    for _ in 0..<500 { #expect(watch.note(record(429)) == nil) }
    // A limiter that drops or resets is one too.
    for _ in 0..<500 { #expect(watch.note(record(nil, .timeout)) == nil) }
    for _ in 0..<500 { #expect(watch.note(record(nil, .reset)) == nil) }
  }

  @Test func noConnectionsEndTheRun() {
    var watch = watch(StopRules(connectionErrors: 0.9))
    for _ in 0..<20 { #expect(watch.note(record(200)) == nil) }
    var refused = 0
    while watch.note(record(nil, .connectionRefused)) == nil, refused < 100 { refused += 1 }
    // 46 of the last 50.
    #expect(refused == 45)
  }

  @Test func aLongRetryAfterEndsTheRun() {
    var watch = watch(StopRules(retryAfter: 3600))
    #expect(watch.note(record(429, headers: [Header("Retry-After", "3600")])) == nil)
    #expect(
      watch.note(record(429, headers: [Header("Retry-After", "7200")]))
        == "an answer with status 429 asks to wait for 7200 s (stop.retry_after: 3600 s)")
  }

  @Test func slowAnswersEndTheRunWhereThePlanSaysSo() {
    var patient = watch(StopRules())
    var hasty = watch(StopRules(latency: 1))
    for _ in 0..<19 {
      #expect(patient.note(record(200, seconds: 2)) == nil)
      #expect(hasty.note(record(200, seconds: 2)) == nil)
    }
    #expect(patient.note(record(200, seconds: 2)) == nil)
    #expect(hasty.note(record(200, seconds: 2))?.contains("2000 ms at the median") == true)
  }

  @Test func aNamedAnswerEndsTheRunAtOnce() {
    var watch = watch(StopRules(when: [LimitRule(status: 403)]))
    #expect(watch.note(record(401)) == nil)
    #expect(watch.note(record(403))?.contains("stop.when (status: 403)") == true)
  }

  @Test func whatWasNotSentSaysNothing() {
    var watch = watch(StopRules(connectionErrors: 0))
    var unsent = record(nil, .notSent)
    unsent.refusal = .leaseExpired
    for _ in 0..<200 { #expect(watch.note(unsent) == nil) }
  }
}
