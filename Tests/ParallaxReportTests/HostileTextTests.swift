internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import Testing

/// What a host, a server or a file may say to get out of its place, in every field of every other form than the page
/// (`HTMLReportTests` does that one).
@Suite struct HostileTextTests {
  static let payloads =
    HTMLReportTests.payloads + ["+1", "-2+3", "@SUM(A1)", "\t=1", "|x", "%0", "a,b\"c", "`x`", "[x](y)"]

  @Test(arguments: payloads)
  func theTerminalAndMarkdownShowItInert(payload: String) throws {
    let run = Sample.hostile(payload)
    let verdict = try #require(run.verdict)
    let markdown = MarkdownReport.render(verdict, of: run)
    for text in [TerminalReport.render(verdict, of: run, options: TerminalOptions(width: 200)), markdown] {
      for scalar in text.unicodeScalars where scalar != "\n" {
        #expect(
          ![.control, .format].contains(scalar.properties.generalCategory), "U+\(String(scalar.value, radix: 16))")
      }
    }
    for mark in ["<script", "<img", "<!--", "<svg", " [x]", " `x`"] { #expect(!markdown.contains(mark), "\(markdown)") }
  }

  @Test(arguments: payloads)
  func noFieldOfARowIsAFormulaOrEndsItsRow(payload: String) throws {
    var design = Sample.design
    design.vantages = [Vantage(host: payload), Vantage(host: "nyc1", sourceAddress: payload)]
    for index in design.cells.indices {
      design.cells[index].label = payload
      design.cells[index].key = payload
      design.cells[index].account = payload
    }
    let signature = Signature(status: 429, server: payload, headers: [payload], body: payload, layer: .application)
    var observation = Sample.observation(0, cell: 0, reading: .limited(signature))
    observation.answer.headers = [Header(payload, payload)]
    observation.answer.body = Array(payload.utf8)

    let rows = Self.fields(ofCSV: ObservationExport.csv([observation, observation], design: design))
    #expect(rows.count == 3)
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    let formulas = rows.joined().filter { field in
      field.first.map { "=+-@|%\t\r".contains($0) } == true && Double(field) == nil
    }
    #expect(formulas.isEmpty)

    let lines = ObservationExport.ndjson([observation, observation], design: design).split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object.count == rows[0].count)
    }
  }

  /// As RFC 4180 reads it.
  private static func fields(ofCSV text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\"" where isQuoted && scalars.first == "\"":
        field.append("\"")
        scalars.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(field)
        field = ""
      case "\r" where !isQuoted && scalars.first == "\n":
        scalars.removeFirst()
        rows.append(row + [field])
        (row, field) = ([], "")
      default: field.unicodeScalars.append(scalar)
      }
    }
    return rows
  }
}
