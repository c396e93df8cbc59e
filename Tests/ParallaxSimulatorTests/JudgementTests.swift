internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Judging a conclusion by the truth")
struct JudgementTests {
  static let design = SimulatedWorld.generate(seed: 1, kind: .single).design

  static func truth(_ scopes: [DimensionSet], ban: DimensionSet? = nil, lookalike: DimensionSet? = nil) -> Truth {
    var truth = Truth(
      kind: .single,
      limiters: scopes.map { scope in
        var limiter = Truth.Limiter(
          scope: scope, algorithm: .fixedWindow, signature: Signature(status: 429), capacity: 10, window: 60,
          rate: 1.0 / 6)
        limiter.lookalike = lookalike.map { .init(scope: $0, word: "worker") }
        return limiter
      })
    truth.ban = ban.map { Truth.Ban(scope: $0, signature: Signature(status: 403)) }
    return truth
  }

  static func said(_ scopes: [[String]], alternatives: [String] = []) -> Conclusion {
    Conclusion(
      status: .determined,
      limiters: scopes.map {
        Limiter(
          scope: $0, posterior: 0.99, kind: .rate, signature: Signature(), evidence: [], alternatives: alternatives)
      })
  }

  struct Row: Sendable {
    var truth: Truth
    var conclusion: Conclusion
    var judgement: Judgement
  }

  static let rows: [Row] = [
    Row(truth: truth([.ip]), conclusion: said([["ip"]]), judgement: .correct),
    Row(truth: truth([.ip]), conclusion: said([["key"]]), judgement: .wrong),
    Row(truth: truth([.ip]), conclusion: said([["ip", "path"]]), judgement: .wrong),
    Row(truth: truth([[.ip, .further(0)]]), conclusion: said([["ip", "path"]]), judgement: .correct),
    Row(truth: truth([[]]), conclusion: said([[]]), judgement: .correct),
    Row(truth: truth([.ip, .account]), conclusion: said([["account"]]), judgement: .correct),
    Row(truth: truth([.ip, .account]), conclusion: said([["account"], ["key"]]), judgement: .wrong),
    Row(truth: truth([.account], ban: .ip), conclusion: said([["ip"]]), judgement: .correct),
    Row(truth: truth([]), conclusion: Conclusion(status: .noLimitObserved), judgement: .correct),
    Row(truth: truth([]), conclusion: said([["ip"]]), judgement: .wrong),
    Row(truth: truth([.ip]), conclusion: Conclusion(status: .noLimitObserved), judgement: .missed),
    Row(truth: truth([.ip]), conclusion: Conclusion(status: .inconclusive), judgement: .inconclusive),
    Row(truth: truth([.key], lookalike: [.ip, .key]), conclusion: said([["ip", "key"]]), judgement: .wrong),
    Row(
      truth: truth([.key], lookalike: [.ip, .key]),
      conclusion: said([["ip", "key"]], alternatives: ["counters per worker"]),
      judgement: .correct),
    Row(
      truth: truth([.key], lookalike: [.ip, .key]),
      conclusion: said([["ip", "key"]], alternatives: ["something else"]),
      judgement: .wrong),
    Row(
      truth: truth([.key]), conclusion: said([["ip", "key"]], alternatives: ["counters per worker"]),
      judgement: .wrong),
  ]

  @Test("Every case", arguments: rows)
  func judge(row: Row) {
    #expect(row.truth.judge(row.conclusion, in: Self.design) == row.judgement)
  }

  @Test("A limiter that our requests cannot reach is not there for us")
  func unreachable() {
    var truth = Self.truth([.ip])
    truth.isReachable = false
    #expect(truth.judge(Conclusion(status: .noLimitObserved), in: Self.design) == .correct)
    #expect(truth.judge(Self.said([["ip"]]), in: Self.design) == .wrong)
  }
}
