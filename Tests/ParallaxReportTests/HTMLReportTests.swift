internal import Foundation
internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import Testing

@Suite struct HTMLReportTests {
  private static let run = Sample.run(Sample.verdict(limiters: [Sample.account]))

  /// Everything between the start of a tag and its end, for what may stand there.
  private static func tags(_ html: String) -> [Substring] { html.matches(of: /<[^>]*>/).map(\.output) }

  @Test func saysTheVerdictAndShowsWhatItRestsOn() {
    let html = HTMLReport.render(Self.run, plan: (text: "target: {}\n", file: "plan.yaml"))
    #expect(html.contains("<h1>The rate limit is keyed on the account (99.7 %).</h1>"))
    for id in ["cells", "limiters", "certainty", "time", "latencies", "answers", "hosts", "quality", "plan"] {
      #expect(html.contains("<section id=\"\(id)\""), "\(id)")
    }
    for drawing in ["matrix", "posterior", "timeline", "latency"] {
      #expect(html.contains("<title id=\"\(drawing)-title\">"), "\(drawing)")
      #expect(html.contains("<desc id=\"\(drawing)-desc\">"), "\(drawing)")
    }
    #expect(html.contains("target: {}\n"))
    #expect(html.utf8.count < 100_000)
  }

  @Test func forbidsEverythingByPolicyAndHoldsNothingThatItForbids() throws {
    let html = HTMLReport.render(Self.run)
    #expect(html.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src"))
    let elements = Set(Self.tags(html).compactMap { $0.firstMatch(of: /^<\/?([a-zA-Z]+)/)?.output.1 })
    #expect(elements.isDisjoint(with: ["script", "iframe", "img", "link", "object", "embed", "form", "base", "a0"]))
    let forbidden = Self.tags(html).filter { $0.contains(/\ (on\w+|style|src|srcdoc)=/) }
    #expect(forbidden.isEmpty, "\(forbidden)")
    #expect(!html.contains("url("))
    let references = html.matches(of: /href="([^"]*)"/).map(\.output.1)
    #expect(references.count > 5 && references.allSatisfy { $0.hasPrefix("#") })
  }

  /// What a server, a host or a file may say to get out of its place.
  static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</style><style>*{}",
    "</title></svg><svg onload=alert(1)>", "javascript:alert(1)", "&lt;b&gt;&amp;", "<!--", "]]>", "=HYPERLINK(\"x\")",
    "\u{1b}[31mred\u{1b}[0m", "\u{202e}evil\u{2066}", "\u{0}\u{8}\u{7f}", "line\r\nbreak\ttab", "{{key}}", "\u{feff}",
  ]

  @Test(arguments: payloads)
  func everyFieldIsInert(payload: String) throws {
    let html = HTMLReport.render(Sample.hostile(payload), plan: (text: payload, file: payload))
    let clean = HTMLReport.render(Sample.hostile("x"), plan: (text: "x", file: "x"))
    #expect(Self.tags(html).map(Self.skeleton) == Self.tags(clean).map(Self.skeleton))
    for scalar in html.unicodeScalars where scalar != "\n" {
      #expect(![.control, .format].contains(scalar.properties.generalCategory), "U+\(String(scalar.value, radix: 16))")
    }
    #expect(!html.contains("<script"))
    #expect(!html.contains("<img"))
  }

  /// A tag's name and its attributes' names.
  private static func skeleton(_ tag: Substring) -> String {
    let name = tag.firstMatch(of: /^<[\/!]?[a-zA-Z]+/).map { String($0.output) } ?? "?"
    return ([name] + tag.matches(of: /\ ([a-zA-Z:-]+)="[^"]*"/).map { String($0.output.1) }).joined(separator: " ")
  }

  @Test func aRunWithoutAVerdictIsShownToo() {
    var run = Self.run
    run.verdict = nil
    let html = HTMLReport.render(run)
    #expect(html.contains("This run has no verdict"))
    #expect(html.contains("<section id=\"time\""))
    #expect(!html.contains("<section id=\"plan\""))
  }

  @Test func aRunWithoutObservationsIsShownToo() {
    var run = Sample.run(Sample.verdict(.aborted))
    run.observations = []
    let html = HTMLReport.render(run)
    #expect(html.contains("stopped before it could decide"))
    #expect(!html.contains("<section id=\"time\""))
  }

  /// Connections of both cells of a vantage count in its median.
  @Test func showsWhatAConnectionCostAndTheLookupOfTheName() {
    var run = Self.run
    run.nameLookup = 0.0125
    for (id, seconds) in [(0, 0.02), (2, 0.04), (3, 0.08)] {
      run.observations[id].connection = ConnectionPhases(began: 0, connected: seconds, secured: 3 * seconds)
    }
    let html = HTMLReport.render(run)
    #expect(html.contains("looked up once, in 13 ms;"))
    #expect(html.contains(">40 ms<") && html.contains(">80 ms<"))
  }

  /// Points at one place are drawn once, so that the file hardly grows with the run.
  @Test func manyRequestsStayBelowAMegabyte() {
    var run = Self.run
    run.observations = (0..<200_000).map { index in
      Sample.observation(
        index, cell: index % 6, stage: index < 100_000 ? .exhaust : .recover,
        reading: index % 3 == 0 ? .limited(Sample.refusal) : .passed, sent: Double(index) / 400)
    }
    #expect(HTMLReport.render(run).utf8.count < 1_000_000)
  }

  @Test func theMatrixSaysWhoSharesInWords() {
    let html = HTMLReport.render(Self.run)
    #expect(html.contains("I, nyc1 x a1: same bucket (99.8 %)"))
    #expect(html.contains("B, fra1 x b1: own bucket (99.9 %)"))
    #expect(html.contains("R, fra1 x a1: the reference"))
  }
}

/// What a reader must know about the data before trusting the verdict.
@Suite struct QualityNotesTests {
  private func reports(_ run: MeasuredRun) throws -> [String] {
    let verdict = try #require(run.verdict)
    return [
      HTMLReport.render(run), MarkdownReport.render(verdict, of: run),
      TerminalReport.render(verdict, of: run, options: TerminalOptions(width: 400)),
    ]
  }

  @Test func requestsOfUnknownFateAreSaid() throws {
    var run = Sample.run(Sample.verdict(limiters: [Sample.account]))
    for report in try reports(run) { #expect(!report.contains("nobody knows")) }
    run.unknownRequests = 7
    for report in try reports(run) { #expect(report.contains("7 requests of which nobody knows")) }
  }

  @Test func aLongRunSaysWhatItsPicturesAreDrawnFrom() throws {
    var observed = ObservationCollector()
    let pattern = Sample.exhausted
    let count = ObservationCollector.limit.observations + 10_000
    for id in 0..<count {
      var observation = pattern[min(id, 39)]
      observation.id = id
      observation.planned += Double(max(0, id - 39)) / 10
      observation.sent += Double(max(0, id - 39)) / 10
      observation.end += Double(max(0, id - 39)) / 10
      observed.take(observation)
    }
    let short = Sample.run(Sample.verdict(limiters: [Sample.account]))
    let run = MeasuredRun(
      id: short.id, planDigest: short.planDigest, design: short.design, hosts: short.hosts, observed: observed,
      verdict: short.verdict)
    for report in try reports(run) { #expect(report.contains("its first 100000 of \(count)")) }
    #expect(HTMLReport.render(run).utf8.count < 1_000_000)
  }
}
