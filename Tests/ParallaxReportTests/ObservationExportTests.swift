internal import Foundation
internal import ParallaxModel
internal import ParallaxReport
internal import Testing

@Suite struct ObservationExportTests {
  @Test func csv() throws {
    try expectSnapshot(ObservationExport.csv(Sample.observations, design: Sample.design), named: "observations.csv")
  }

  @Test func ndjson() throws {
    let text = ObservationExport.ndjson(Sample.observations, design: Sample.design)
    try expectSnapshot(text, named: "observations.ndjson")
    for line in text.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["stage"] is String)
    }
  }

  @Test(arguments: ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "|x", "%0"])
  func formulasAreNeutralised(text: String) throws {
    var observation = Sample.observation(0, cell: 0, reading: .limited(Signature(status: 429, server: text)))
    observation.sent = -1.5
    let row = try #require(
      ObservationExport.csv([observation], design: Sample.design).split(separator: "\r\n").last)
    let columns = row.split(separator: ",", omittingEmptySubsequences: false)
    #expect(columns.contains("-1.5"))
    #expect(!columns.contains { $0.drop { $0 == "\"" }.first.map { "=+@|%\t".contains($0) } ?? false })
    #expect(!columns.contains { $0.hasPrefix("-2") || $0.hasPrefix("\"-2") })
  }
}
