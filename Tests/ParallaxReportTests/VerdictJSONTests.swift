internal import Foundation
internal import ParallaxModel
internal import ParallaxReport
internal import Testing

@Suite struct VerdictJSONTests {
  @Test func fullVerdict() throws {
    var verdict = Sample.verdict(limiters: [Sample.account, Sample.address], causes: Sample.mystery.causes)
    verdict.inconclusive = Verdict.Inconclusive(because: "a \"quote\"", toSettle: "b")
    try expectSnapshot(VerdictJSON.encode(verdict), named: "verdict.json")
  }

  @Test func emptyVerdict() throws {
    try expectSnapshot(VerdictJSON.encode(Sample.verdict(.noLimitObserved)), named: "verdict-empty.json")
  }

  /// The keys of the contract are all there, also where their values are not known.
  @Test func hasEveryKey() throws {
    let limiter = Limiter(scope: [], posterior: 0.5, kind: .rate, signature: Signature(), evidence: [])
    let text = VerdictJSON.encode(Sample.verdict(limiters: [limiter]))
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let object = try #require(parsed as? [String: Any])
    #expect(
      Set(object.keys)
        == [
          "schema", "run", "plan_digest", "status", "limiters", "causes", "inconclusive", "notes", "requests_sent",
          "duration_s",
        ])
    let first = try #require((object["limiters"] as? [[String: Any]])?.first)
    #expect(
      Set(first.keys)
        == [
          "scope", "posterior", "kind", "layer", "signature", "algorithm", "limit", "window_s", "burst",
          "counts_rejected", "prefix", "declared", "evidence", "alternatives",
        ])
    #expect(first["limit"] is NSNull && first["prefix"] is NSNull && first["declared"] is NSNull)
  }

  @Test func anyTextSurvives() throws {
    let strange = "\u{0}\u{1b}[31m\u{202e}\u{1f600}\u{10ffff}\"\\/\u{2028}日本"
    var verdict = Sample.verdict()
    verdict.run = strange
    let text = VerdictJSON.encode(verdict)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["run"] as? String == strange)
  }

  @Test func numbersAreFinite() throws {
    var verdict = Sample.verdict(limiters: [Sample.address])
    verdict.duration = 1.0 / 3
    verdict.limiters[0].posterior = 1e-9
    verdict.limiters[0].limit = Estimate(value: .nan, low: -.infinity, high: 1e300)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(VerdictJSON.encode(verdict).utf8)) as? [String: Any])
    #expect(object["duration_s"] as? Double == 0.333333)
    let limiter = try #require((object["limiters"] as? [[String: Any]])?.first)
    #expect(limiter["posterior"] as? Double == 1e-9)
    #expect((limiter["limit"] as? [String: Any])?["value"] is NSNull)
  }
}
