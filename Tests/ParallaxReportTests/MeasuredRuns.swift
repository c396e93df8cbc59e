internal import ParallaxAnalysis
internal import ParallaxModel

extension Sample {
  static func run(
    _ verdict: Verdict?, _ observations: [Observation] = exhausted, _ design: Design = design
  ) -> MeasuredRun {
    MeasuredRun(
      id: "20261124T061500Z-7f3a",
      planDigest: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      design: design,
      hosts: [
        MeasuredRun.Host(name: "fra1", address: "203.0.113.10", transport: "ssh"),
        MeasuredRun.Host(name: "nyc1", address: "198.51.100.7", transport: "ssh"),
      ], observations: observations, verdict: verdict)
  }

  /// A run as it goes: one request per cell, the reference exhausted, the others asked between two of its refusals.
  static let exhausted: [Observation] = {
    let triage = (0..<6).map { observation($0, cell: $0, sent: 0.1 + Double($0) / 10) }
    let exhaust = (6..<20).map { index in
      observation(
        index, cell: 0, stage: .exhaust, reading: index < 17 ? .passed : .limited(refusal),
        sent: 2.6 + Double(index) / 20)
    }
    let cells = [0, 2, 1, 0, 3, 4, 5, 0]
    let probes = cells.enumerated().map { index, cell in
      observation(
        20 + index, cell: cell, stage: .probe, reading: [3, 4].contains(cell) ? .passed : .limited(refusal),
        sent: 4 + Double(index) / 80)
    }
    let recovery = (0..<12).map { index in
      observation(
        28 + index, cell: 0, stage: .recover, reading: index < 7 ? .limited(refusal) : .passed,
        sent: 6 + 8 * Double(index))
    }
    return triage + exhaust + probes + recovery + [
      observation(40, cell: 1, stage: .recover, reading: .void(.silence), sent: 99)
    ]
  }()

  /// A run in which every field that a host, a server or a file may fill holds the text.
  static func hostile(_ text: String) -> MeasuredRun {
    let signature = Signature(status: 429, server: text, headers: [text], body: text, layer: .application)
    var limiter = account
    limiter.signature = signature
    limiter.alternatives = [text]
    limiter.evidence[0].control = text
    limiter.evidence[1].contrast = text
    limiter.prefix = text
    var verdict = verdict(
      limiters: [limiter, limiter], causes: [Cause(cause: text, posterior: 1, because: text, next: text)],
      inconclusive: Verdict.Inconclusive(because: text, toSettle: text))
    verdict.run = text
    verdict.planDigest = text
    var run = run(verdict)
    run.id = text
    run.planDigest = text
    run.design.vantages = [Vantage(host: text), Vantage(host: "nyc1", sourceAddress: text)]
    run.design.dimensions = [Dimension(name: text, levels: ["/a", text])]
    run.design.gaps = [Design.Gap(dimension: text, because: text, toSettle: text)]
    for index in run.design.cells.indices {
      run.design.cells[index].label += text
      run.design.cells[index].key += text
      run.design.cells[index].account += text
    }
    run.hosts = [MeasuredRun.Host(name: text, address: text, transport: text)]
    for index in run.observations.indices {
      run.observations[index].answer.headers = [Header(text, text)]
      run.observations[index].answer.body = Array(text.utf8)
      if case .limited = run.observations[index].reading { run.observations[index].reading = .limited(signature) }
    }
    return run
  }
}
