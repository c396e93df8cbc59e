internal import Foundation
internal import ParallaxModel
internal import ParallaxStore
internal import Testing

/// A generator that gives the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

enum Sample {
  static func manifest() -> RunManifest {
    let vantages = [Vantage(host: "fra1"), Vantage(host: "nyc1", sourceAddress: "2001:db8::7")]
    let dimensions = [Dimension(name: "path", levels: ["/a", "/b"])]
    let design = Design(
      vantages: vantages, dimensions: dimensions,
      cells: [
        Cell(id: 0, label: "R", vantage: 0, key: "a1", account: "A", levels: [0], differs: []),
        Cell(id: 1, label: "I", vantage: 1, key: "a1", account: "A", levels: [0], differs: .ip),
        Cell(id: 2, label: "E", vantage: 0, key: "a1", account: "A", levels: [1], differs: .further(0)),
      ],
      gaps: [Design.Gap(dimension: "account", because: "one account", toSettle: "add another")])
    return RunManifest(
      planText: "target: {}\n", planFile: "/etc/plan.yaml", planDigest: "sha256:00", seed: .max,
      hosts: [
        RunManifest.Host(
          name: "fra1", address: "203.0.113.10", port: 22, user: nil, transport: "ssh", sourceAddresses: []),
        RunManifest.Host(
          name: "nyc1", address: "::1", port: 2200, user: "probe", transport: "local", sourceAddresses: ["2001:db8::7"]),
      ], design: design)
  }

  static func signature(_ random: inout some RandomNumberGenerator) -> Signature {
    Signature(
      effect: Signature.Effect.allCases.randomElement(using: &random)!,
      status: Bool.random(using: &random) ? 429 : nil, server: Bool.random(using: &random) ? "nginx" : nil,
      headers: ["retry-after"], body: "html nginx", layer: Signature.Layer.allCases.randomElement(using: &random)!)
  }

  static func observation(_ id: Int, _ random: inout some RandomNumberGenerator) -> Observation {
    let reading: Reading =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: .passed
      case 1: .limited(signature(&random))
      default: .void(Reading.VoidReason.allCases.randomElement(using: &random)!)
      }
    let hasAnswer = Bool.random(using: &random)
    let sent = Double.random(in: -1...1e6, using: &random)
    return Observation(
      id: id, cell: Int.random(in: 0..<3, using: &random), stage: Stage.allCases.randomElement(using: &random)!,
      planned: sent - 0.001, sent: sent,
      connection: hasAnswer ? ConnectionPhases(began: sent - 0.01, connected: sent, secured: sent + 0.01) : nil,
      firstByte: hasAnswer ? sent + 0.02 : nil, end: sent + 0.03, clockBound: 0.0005,
      answer: Answer(
        status: hasAnswer ? Int.random(in: 100..<600, using: &random) : nil,
        headers: hasAnswer ? [Header("Retry-After", "5"), Header("Sérver", "x\u{1b}[31m")] : [],
        body: (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) },
        bytes: Int.random(in: 0...Int.max, using: &random),
        failure: hasAnswer ? nil : Answer.Failure.allCases.randomElement(using: &random)!),
      reading: reading)
  }

  static func observations(_ count: Int, seed: UInt64 = 1) -> [Observation] {
    var random = SeededGenerator(state: seed)
    return (0..<count).map { observation($0, &random) }
  }

  static func verdict(run: String) -> Verdict {
    var random = SeededGenerator(state: 7)
    let estimate = Estimate(value: 60, low: 59, high: .infinity)
    let limiter = Limiter(
      scope: ["ip", "account"], posterior: 0.997, kind: .concurrency, signature: signature(&random),
      algorithm: Limiter.Algorithm(name: .tokenBucket, posterior: 0.9), limit: estimate, window: nil, burst: estimate,
      countsRejected: false, prefix: "/24",
      declared: Limiter.Declared(limit: 60, window: nil, agrees: true),
      evidence: [
        Evidence(
          contrast: "key", cell: "fra1 x a2", relation: .shared, limited: 3, sent: 3, control: "3/3 limited",
          posterior: 0.998)
      ], alternatives: ["a counter per worker"])
    return Verdict(
      run: run, planDigest: "sha256:00", status: .determined, limiters: [limiter, limiter],
      causes: [Cause(cause: "none", posterior: 1, because: "b", next: "n")],
      inconclusive: Verdict.Inconclusive(because: "x", toSettle: "y"), requestsSent: 74, duration: 6.1)
  }
}

/// A store in a directory of its own, removed at the end.
func withStore(system: JournalSystem = .real, _ body: (RunStore) throws -> Void) throws {
  let directory = NSTemporaryDirectory() + "parallax-store-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try body(RunStore(directory: directory, system: system))
}

func storeError(_ body: () throws -> Void) throws -> ParallaxError {
  try #require(throws: ParallaxError.self, performing: body)
}
