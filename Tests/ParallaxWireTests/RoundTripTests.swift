internal import ParallaxModel
internal import ParallaxWire
internal import Testing

@Suite struct RoundTripTests {
  @Test func everyControllerMessageComesBackAsItWas() throws {
    var values = RandomValues(seed: 1)
    for _ in 0..<3000 {
      let message = values.controllerMessage()
      let decoded = try ControllerMessage(encoded: message.encoded())
      #expect(decoded == message)
      #expect(decoded.encoded() == message.encoded())
    }
  }

  @Test func everyAgentMessageComesBackAsItWas() throws {
    var values = RandomValues(seed: 2)
    for _ in 0..<3000 {
      let message = values.agentMessage()
      let decoded = try AgentMessage(encoded: message.encoded())
      #expect(decoded == message)
      #expect(decoded.encoded() == message.encoded())
    }
  }

  @Test func aPlanHasOneEncodingAndADigestThatCoversEveryField() throws {
    var values = RandomValues(seed: 3)
    for _ in 0..<500 {
      let plan = values.plan()
      let decoded = try RequestPlan(encoded: plan.encoded())
      #expect(decoded == plan)
      #expect(decoded.digest == plan.digest)
    }
    let plan = values.plan()
    let changes: [(inout RequestPlan) -> Void] = [
      { $0.url.scheme = $0.url.scheme == .http ? .https : .http }, { $0.url.host += "x" },
      { $0.url.port = $0.url.port == 1 ? 2 : 1 }, { $0.url.path += "x" }, { $0.method += "x" },
      { $0.headers.append(Header("x", "")) }, { $0.userAgent += "x" }, { $0.timeout += 1 }, { $0.keepAlive.toggle() },
      { $0.certificateAuthorities += "x" }, { $0.limitedWhen.append(LimitRule()) }, { $0.budget.requests += 1 },
      { $0.budget.rate += 1 }, { $0.budget.duration += 1 },
      {
        $0.cells.append(
          RequestPlan.CellRequest(cell: 0, vantage: "", key: "", account: "", path: "", values: []))
      }, { $0.addresses.append("") }, { $0.allowUnsafeMethods.toggle() },
      { $0.transport.version = $0.transport.version == .http1 ? .http2 : .http1 }, { $0.transport.streams += 1 },
      { $0.clientCertificates += "x" }, { $0.stopRules.serverErrors = 2 }, { $0.stopRules.connectionErrors = 2 },
      { $0.stopRules.latency = -1 }, { $0.stopRules.retryAfter = -1 }, { $0.stopRules.when.append(LimitRule()) },
    ]
    var digests = Set([plan.digest])
    for change in changes {
      var changed = plan
      change(&changed)
      digests.insert(changed.digest)
    }
    #expect(digests.count == changes.count + 1)
    #expect(plan.digest.hasPrefix("sha256:") && plan.digest.utf8.count == 71)
  }

  @Test func stringsKeepTheirBytesAcrossUnicodeNormalForms() throws {
    // Equal as Swift strings, different as bytes: the second must not become a reference to the first.
    let forms = ["\u{e9}", "e\u{301}"]
    let records = forms.map { form in
      AgentRecord(
        id: 0, batch: 0, cell: 0, stage: .probe, timings: Timings(planned: 0, sent: 0, end: 0),
        answer: Answer(headers: [Header("x", form)]))
    }
    guard case .records(let decoded) = try AgentMessage(encoded: AgentMessage.records(records).encoded()) else {
      Issue.record("not records")
      return
    }
    #expect(decoded.map { Array($0.answer.headers[0].value.utf8) } == forms.map { Array($0.utf8) })
  }

  @Test func recordsOfEqualAnswersAreSmall() {
    let headers = (0..<10).map { Header("x-header-\($0)", "value \($0) of some length") }
    var batch = RecordBatch()
    let body = [UInt8](repeating: 7, count: Answer.bodyLimit)
    for id in 0..<1000 {
      let planned = 1_000_000_000 + Int64(id) * 200_000
      batch.append(
        AgentRecord(
          id: id, batch: 3, cell: 2, stage: .exhaust,
          timings: Timings(
            planned: planned, sent: planned + 90_000, firstByte: planned + 300_000, end: planned + 310_000),
          answer: Answer(status: 200, headers: headers, body: body, bytes: 5000)))
    }
    #expect(batch.payload.count < 60_000)
  }

  @Test func moreTextsThanTheTableHoldsComeBack() throws {
    let records = (0..<3 * WireLimits.table).map { id in
      var headers = [Header("a", "\(id / 2)"), Header("b", "\(id)"), Header("c", "same")]
      headers.removeLast(id % 3)
      return AgentRecord(
        id: id, batch: 0, cell: 0, stage: .probe, timings: Timings(planned: 0, sent: 0, end: 0),
        answer: Answer(headers: headers))
    }
    #expect(try AgentMessage(encoded: AgentMessage.records(records).encoded()) == .records(records))
  }

  @Test func aSecretIsNotPrinted() {
    let secret = Secret(name: "a1", value: "canary")
    var dumped = ""
    dump(ControllerMessage.secrets([secret]), to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\(ControllerMessage.secrets([secret]))", dumped] {
      #expect(!text.contains("canary"))
      #expect(text.contains("a1"))
    }
  }
}
