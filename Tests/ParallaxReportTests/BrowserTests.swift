internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxTestSupport
internal import Testing

/// The page in a real browser, in both themes, at three widths and on paper: see Tests/Browser/check_report.py.
@Suite(.enabled(if: PythonTools.areMetOrMandatory, "\(PythonTools.reason)"))
struct BrowserTests {
  private static let pages: [(name: String, run: MeasuredRun, plan: String)] = [
    ("determined", Sample.run(Sample.verdict(limiters: [Sample.account])), "target: {}\n"),
    ("layered", Sample.run(Sample.verdict(limiters: [Sample.account, Sample.address])), "target: {}\n"),
    ("mystery", Sample.run(Sample.mystery), "target: {}\n"),
    ("interrupted", Sample.run(nil), "target: {}\n"),
    (
      "hostile", Sample.hostile("\"><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(1)>\u{202e}"),
      "<!--"
    ),
    ("endless", Sample.hostile(String(repeating: "endless", count: 300)), String(repeating: "wide ", count: 500)),
  ]

  @Test func nothingIsLoadedNothingRunsAndEveryoneCanReadIt() async throws {
    try await withTemporaryDirectory { folder in
      let files = try Self.pages.map { page in
        let path = folder + "/\(page.name).html"
        let html = HTMLReport.render(page.run, plan: (text: page.plan, file: "plan.yaml"))
        try html.write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      let (status, output) = try await PythonTools.run("check_report.py", files, within: 300)
      #expect(status == 0, "\(output)")
      #expect(output.contains("\"checks\": \(Self.pages.count * 2 + 4)"), "\(output)")
    }
  }

  /// The checker itself finds what it looks for.
  @Test func aBadPageIsFound() async throws {
    try await withTemporaryDirectory { folder in
      let path = folder + "/bad.html"
      let html = "<html><body><p style='color:#aaa;width:3000px'>faint</p><script>console.log(1)</script></body></html>"
      try html.write(toFile: path, atomically: true, encoding: .utf8)
      let (status, output) = try await PythonTools.run("check_report.py", [path], within: 120)
      #expect(status == 1)
      for finding in ["color-contrast", "html-has-lang", "scrolls sideways", "holds an element that loads"] {
        #expect(output.contains(finding), "\(output)")
      }
    }
  }
}
