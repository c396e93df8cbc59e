internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxReport
internal import Testing

#if canImport(FoundationXML)
  internal import FoundationXML
#endif

@Suite struct ExpectationReportTests {
  private static let hostile = "</failure><x a=\"1\"> ]]> & 100 %\n::error::\u{1b}[31m\u{202e}"
  private static let results = [
    ExpectationResult(name: "scope: [account]", outcome: .kept, because: "keyed on account (99.7 %)", line: 16),
    ExpectationResult(name: "limit: 60/60s", outcome: .broken, because: hostile, line: 16),
    ExpectationResult(name: "retry_after: truthful", outcome: .unknown, because: "nothing was refused", line: 17),
  ]
  private static let run = Sample.run(Sample.verdict(limiters: [Sample.account]))

  @Test func junit() throws {
    let text = JUnitReport.render(Self.results, run: Self.run, plan: "plans/a.yaml")
    let document = try XMLDocument(xmlString: text)
    let suite = try #require(document.rootElement()?.elements(forName: "testsuite").first)
    #expect(suite.attribute(forName: "tests")?.stringValue == "3")
    #expect(suite.attribute(forName: "failures")?.stringValue == "1")
    #expect(suite.attribute(forName: "errors")?.stringValue == "1")
    let cases = suite.elements(forName: "testcase")
    #expect(cases.map { $0.attribute(forName: "line")?.stringValue } == ["16", "16", "17"])
    #expect(cases[1].elements(forName: "failure").count == 1)
    #expect(cases[1].elements(forName: "x").isEmpty)
    #expect(cases[2].elements(forName: "error").first?.stringValue == "plans/a.yaml:17: nothing was refused")
  }

  @Test func annotationsNameFileAndLineAndCannotBeBrokenOutOf() {
    let lines = ExpectationReport.annotations(Self.results, plan: "plans/a,b.yaml").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("::error file=plans/a%2Cb.yaml,line=16,title=limit%3A 60/60s broken::"))
    #expect(lines[0].contains("100 %25\\n::error::\\u{1b}"))
    #expect(lines[1].hasPrefix("::warning file=plans/a%2Cb.yaml,line=17,"))
  }

  @Test func tableAndSummaryCount() {
    let table = ExpectationReport.table(Self.results, options: TerminalOptions(width: 120))
    #expect(table.contains("1 of 3 expectations kept, 1 broken, 1 not shown by the run"))
    let markdown = ExpectationReport.markdown(Self.results, run: Self.run)
    #expect(markdown.contains("1 of 3 expectations kept"))
    #expect(!markdown.contains("</failure>"))
    #expect(markdown.split(separator: "\n").filter { $0.hasPrefix("| ") }.count == 5)
  }
}
