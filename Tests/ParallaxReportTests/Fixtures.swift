internal import ParallaxModel

enum Sample {
  static let design = Design(
    vantages: [Vantage(host: "fra1"), Vantage(host: "nyc1")],
    dimensions: [Dimension(name: "path", levels: ["/v1/models", "/v1/files"])],
    cells: [
      Cell(id: 0, label: "R", vantage: 0, key: "a1", account: "A", levels: [0], differs: []),
      Cell(id: 1, label: "I", vantage: 1, key: "a1", account: "A", levels: [0], differs: .ip),
      Cell(id: 2, label: "K", vantage: 0, key: "a2", account: "A", levels: [0], differs: .key),
      Cell(id: 3, label: "B", vantage: 0, key: "b1", account: "B", levels: [0], differs: [.key, .account]),
      Cell(id: 4, label: "L", vantage: 1, key: "b1", account: "B", levels: [0], differs: [.ip, .key, .account]),
      Cell(id: 5, label: "E", vantage: 0, key: "a1", account: "A", levels: [1], differs: .further(0)),
    ], gaps: [])

  static let refusal = Signature(
    status: 429, server: "nginx", headers: ["retry-after"], body: "html nginx", layer: .edge)

  static func observation(
    _ id: Int, cell: Int, stage: Stage = .triage, reading: Reading = .passed, sent: Double = 0.1, late: Double = 0.0002
  ) -> Observation {
    let status: Int? =
      switch reading {
      case .passed: 200
      case .limited(let signature): signature.status
      case .void: nil
      }
    return Observation(
      id: id, cell: cell, stage: stage, planned: sent - late, sent: sent, firstByte: sent + 0.02,
      end: sent + 0.021, clockBound: cell == 1 || cell == 4 ? 0.0012 : 0.0003,
      answer: Answer(
        status: status, headers: [Header("Server", "nginx")], bytes: 180,
        failure: status == nil ? .timeout : nil),
      reading: reading)
  }

  static let observations: [Observation] = {
    let triage = (0..<6).map { observation($0, cell: $0, sent: 0.1 + Double($0) / 10) }
    let probes = (6..<12).map {
      observation(
        $0, cell: $0 - 6, stage: .probe, reading: $0 == 9 || $0 == 10 ? .passed : .limited(refusal),
        sent: 1 + Double($0) / 50, late: $0 == 8 ? 0.031 : 0.0004)
    }
    return triage + probes + [observation(12, cell: 0, stage: .recover, reading: .void(.silence), sent: 2.5)]
  }()

  private static func evidence(_ contrast: String, _ cell: String, _ relation: Evidence.Relation) -> Evidence {
    Evidence(
      contrast: contrast, cell: cell, relation: relation, limited: relation == .shared ? 3 : 0, sent: 3,
      control: "3/3 limited", posterior: relation == .shared ? 0.998 : 0.9991)
  }

  static let account = Limiter(
    scope: ["account"], posterior: 0.997, kind: .rate, signature: refusal,
    algorithm: Limiter.Algorithm(name: .fixedWindow, posterior: 0.91), limit: Estimate(value: 60, low: 59, high: 61),
    window: Estimate(value: 60, low: 58, high: 62), countsRejected: false,
    declared: Limiter.Declared(limit: 60, window: 60, agrees: true),
    evidence: [
      evidence("ip", "nyc1 x a1", .shared), evidence("key", "fra1 x a2", .shared),
      evidence("key+account", "fra1 x b1", .separate), evidence("ip+key+account", "nyc1 x b1", .separate),
      evidence("path", "fra1 x a1 x /v1/files", .shared),
    ])

  static let address = Limiter(
    scope: ["ip"], posterior: 0.962, kind: .ban,
    signature: Signature(effect: .reset, layer: .network), limit: Estimate(value: 200, low: 180, high: .infinity),
    burst: Estimate(value: 20, low: 20, high: 20), countsRejected: true, prefix: "/24",
    declared: Limiter.Declared(limit: 100, window: nil, agrees: false),
    evidence: [evidence("ip", "nyc1 x a1", .separate), evidence("key", "fra1 x a2", .shared)],
    alternatives: ["counters per worker chosen by the address: more addresses than workers would tell"])

  static func verdict(
    _ status: Verdict.Status = .determined, limiters: [Limiter] = [], causes: [Cause] = [],
    inconclusive: Verdict.Inconclusive? = nil
  ) -> Verdict {
    Verdict(
      run: "20261124T061500Z-7f3a",
      planDigest: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      status: status, limiters: limiters, causes: causes, inconclusive: inconclusive, requestsSent: 74, duration: 6.1)
  }

  static let mystery = verdict(
    causes: [
      Cause(
        cause: "account_quota_spent", posterior: 0.97,
        because: "every key of account A is limited from both addresses, and account B is not",
        next: "wait for the reset the provider names, or ask it for the account's usage of today"),
      Cause(cause: "key_used_elsewhere", posterior: 0.02, because: "no success was seen", next: "rotate the key"),
    ])
}
