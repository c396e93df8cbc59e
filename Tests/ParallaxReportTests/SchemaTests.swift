internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxTestSupport
internal import Testing

/// What is printed is what docs/schema says.
@Suite(.enabled(if: PythonTools.areMetOrMandatory, "\(PythonTools.reason)"))
struct SchemaTests {
  private func validate(
    _ texts: [String], named suffix: String, against schema: String
  ) async throws -> (Int32?, String) {
    try await withTemporaryDirectory { folder in
      let files = try texts.enumerated().map { index, text in
        let path = "\(folder)/\(index).\(suffix)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      let arguments = [PythonTools.file("docs/schema/\(schema).schema.json")] + files
      return try await PythonTools.run("check_schema.py", arguments, within: 60)
    }
  }

  private static let verdicts: [Verdict] = [
    Sample.verdict(limiters: [Sample.account, Sample.address], causes: Sample.mystery.causes),
    Sample.verdict(.noLimitObserved), Sample.mystery, Sample.verdict(.aborted),
    Sample.verdict(.inconclusive, inconclusive: Verdict.Inconclusive(because: "\u{1b}", toSettle: "\"")),
  ]

  @Test func verdicts() async throws {
    let (status, output) = try await validate(
      Self.verdicts.map(VerdictJSON.encode), named: "json", against: "verdict")
    #expect(status == 0, "\(output)")
    #expect(output.contains("\"documents\": \(Self.verdicts.count)"))
  }

  @Test func observations() async throws {
    var odd = Sample.exhausted
    for (index, reason) in Reading.VoidReason.allCases.enumerated() { odd[index].reading = .void(reason) }
    for (index, failure) in Answer.Failure.allCases.enumerated() { odd[index].answer.failure = failure }
    let texts = [Sample.observations, odd].map { ObservationExport.ndjson($0, design: Sample.design) }
    let (status, output) = try await validate(texts, named: "ndjson", against: "observation")
    #expect(status == 0, "\(output)")
    #expect(output.contains("\"documents\": \(Sample.observations.count + odd.count)"))
  }

  @Test func comparisons() async throws {
    let runs = Self.verdicts.map { Sample.run($0) } + [Sample.run(nil)]
    let text = ComparisonReport.json(runs.dropFirst().map { RunComparison(runs[0], $0) })
    let (status, output) = try await validate([text], named: "json", against: "comparison")
    #expect(status == 0, "\(output)")
  }

  /// A document that is not what the schema says is found.
  @Test func aWrongVerdictIsFound() async throws {
    let wrong = VerdictJSON.encode(Sample.verdict()).replacing("determined", with: "certain")
    let (status, output) = try await validate([wrong], named: "json", against: "verdict")
    #expect(status == 1)
    #expect(output.contains("$.status"), "\(output)")
  }
}
