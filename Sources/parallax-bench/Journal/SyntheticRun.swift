internal import ParallaxModel
internal import ParallaxStore

/// A run of any length, as a patient user could make it: an account that may send 1000 requests a minute, asked a thousand
/// times a second from two hosts with three keys, with the answers of an nginx before an API.
struct SyntheticRun {
  let design = Design(
    vantages: [Vantage(host: "fra1"), Vantage(host: "nyc1")], dimensions: [],
    cells: [
      Cell(id: 0, label: "R", vantage: 0, key: "a1", account: "A", levels: [], differs: []),
      Cell(id: 1, label: "I", vantage: 1, key: "a1", account: "A", levels: [], differs: .ip),
      Cell(id: 2, label: "K", vantage: 0, key: "a2", account: "A", levels: [], differs: .key),
      Cell(id: 3, label: "A", vantage: 0, key: "b1", account: "B", levels: [], differs: [.key, .account]),
    ], gaps: [])

  static let plan = """
    target: { url: "http://127.0.0.1/", permission: "synthetic" }
    accounts:
      A: { keys: { a1: { env: A1 }, a2: { env: A2 } } }
      B: { keys: { b1: { env: B1 } } }
    budget: { requests: 500, rate: 50/s, duration: 5m }

    """
  private static let digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  private static let refusal = Signature(
    status: 429, server: "nginx", headers: ["retry-after"], body: "json error.code=rate_limited", layer: .application)
  private static let passed = headers + [Header("Content-Length", "25")]
  private static let refused = headers + [Header("Content-Length", "63"), Header("Retry-After", "7")]
  private static let headers = [
    Header("Server", "nginx/1.22.1"), Header("Date", "Tue, 24 Nov 2026 06:15:00 GMT"),
    Header("Content-Type", "application/json"), Header("Connection", "keep-alive"),
  ]
  private static let content = Array(#"{"object":"list","data":[]}"#.utf8)
  private static let refusalContent = Array(#"{"error":{"code":"rate_limited","message":"Too many requests"}}"#.utf8)

  var manifest: RunManifest {
    RunManifest(
      planText: Self.plan, planFile: "synthetic.yaml", planDigest: Self.digest, seed: 1,
      hosts: design.vantages.map { vantage in
        RunManifest.Host(
          name: vantage.host, address: "203.0.113.10", port: 22, user: nil, transport: "ssh", sourceAddresses: [])
      }, design: design)
  }

  private func stage(_ id: Int) -> Stage {
    id < 4 ? .triage : id < 2000 ? .exhaust : id % 5000 < 40 ? .probe : .recover
  }

  private func cell(_ id: Int) -> Int {
    switch stage(id) {
    case .triage: id
    case .probe where id % 2 == 1: 1 + id / 2 % 3
    default: 0
    }
  }

  func isLimited(_ id: Int) -> Bool { cell(id) != 3 && id % 60_000 >= 1000 }

  func observation(_ id: Int) -> Observation {
    let isLimited = isLimited(id)
    let sent = Double(id) / 1000 + Double(id &* 7919 % 1000) * 1e-7
    let took = 0.018 + Double(id &* 104_729 % 10_000) * 1e-6
    return Observation(
      id: id, cell: cell(id), stage: stage(id), planned: sent - 0.0001, sent: sent, firstByte: sent + took,
      end: sent + took + 0.0003, clockBound: 0.0006,
      answer: Answer(
        status: isLimited ? 429 : 200, headers: isLimited ? Self.refused : Self.passed,
        body: isLimited ? Self.refusalContent : Self.content, bytes: isLimited ? 253 : 190),
      reading: isLimited ? .limited(Self.refusal) : .passed)
  }

  func verdict(run: String, observations: Int) -> Verdict {
    let evidence = zip(design.cells.dropFirst(), [Evidence.Relation.shared, .shared, .separate]).map { cell, relation in
      Evidence(
        contrast: cell.differs.names(further: []).joined(separator: "+"), cell: design.name(of: cell),
        relation: relation, limited: relation == .shared ? 20 : 0, sent: 20, control: "20/20 limited", posterior: 0.999)
    }
    let limiter = Limiter(
      scope: ["account"], posterior: 0.998, kind: .rate, signature: Self.refusal,
      algorithm: Limiter.Algorithm(name: .fixedWindow, posterior: 0.97),
      limit: Estimate(value: 1000, low: 999, high: 1001), window: Estimate(value: 60, low: 59.9, high: 60.1),
      countsRejected: false, evidence: evidence)
    return Verdict(
      run: run, planDigest: Self.digest, status: .determined, limiters: [limiter], causes: [], inconclusive: nil,
      requestsSent: observations, duration: Double(observations) / 1000)
  }

  /// Stores it, in batches that are durable when they are acknowledged.
  ///
  /// - Returns: its name, and the seconds that the journal took.
  func store(_ count: Int, in store: RunStore, batch: Int) throws -> (id: String, seconds: Double) {
    let clock = ContinuousClock()
    var spent = Duration.zero
    let journal = try store.createRun(manifest)
    var next = 0
    while next < count {
      let observations = (next..<min(next + batch, count)).map(observation)
      spent += try clock.measure { try journal.append(observations) }
      next += observations.count
    }
    try journal.finish(verdict(run: journal.id, observations: count))
    return (journal.id, spent / .seconds(1))
  }
}
