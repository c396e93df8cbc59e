internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import Testing

@Suite struct TerminalReportTests {
  private func render(_ verdict: Verdict, width: Int = 120, coloured: Bool = false) -> String {
    TerminalReport.render(
      verdict, of: Sample.run(verdict, Sample.observations),
      options: TerminalOptions(width: width, isColoured: coloured))
  }

  @Test func account() throws {
    try expectSnapshot(render(Sample.verdict(limiters: [Sample.account])), named: "account.txt")
  }

  @Test func accountInColours() throws {
    try expectSnapshot(render(Sample.verdict(limiters: [Sample.account]), coloured: true), named: "account-colours.txt")
  }

  @Test func narrowTerminal() throws {
    try expectSnapshot(render(Sample.verdict(limiters: [Sample.account]), width: 48), named: "account-narrow.txt")
  }

  @Test func twoLimiters() throws {
    try expectSnapshot(render(Sample.verdict(limiters: [Sample.account, Sample.address])), named: "two-limiters.txt")
  }

  @Test func causes() throws {
    try expectSnapshot(render(Sample.mystery), named: "causes.txt")
  }

  @Test func inconclusive() throws {
    var design = Sample.design
    design.gaps = [
      Design.Gap(
        dimension: "account", because: "the plan has only one account", toSettle: "add a key of another account")
    ]
    let verdict = Sample.verdict(
      .inconclusive,
      inconclusive: Verdict.Inconclusive(
        because: "the window opened again before a round was complete", toSettle: "run again with a higher rate"))
    let text = TerminalReport.render(
      verdict, of: Sample.run(verdict, [], design), options: TerminalOptions(width: 100))
    try expectSnapshot(text, named: "inconclusive.txt")
  }

  @Test(arguments: [
    ([], "keyed on nothing: everyone shares one bucket"), (["ip"], "keyed on the source address (ip)"),
    (["ip", "key"], "keyed on the source address (ip) and the API key"), (["path"], "keyed on `path`"),
  ])
  func headlineNamesTheScope(scope: [String], says: String) {
    var limiter = Sample.account
    limiter.scope = scope
    let text = render(Sample.verdict(limiters: [limiter]))
    #expect(text.hasPrefix("The rate limit is \(says) (99.7 %)."))
  }

  @Test(arguments: [20, 33, 48, 60, 80, 100, 120, 200])
  func keepsToTheWidth(width: Int) {
    for verdict in [Sample.mystery, Sample.verdict(limiters: [Sample.account, Sample.address])] {
      for line in render(verdict, width: width).split(separator: "\n") {
        #expect(line.count <= max(width, 44), "\(line)")
      }
    }
  }

  @Test func everyOtherStatusHasASentence() {
    #expect(render(Sample.verdict(.noLimitObserved)).hasPrefix("No limit was observed in 74 requests."))
    #expect(render(Sample.verdict(.aborted)).hasPrefix("The run was stopped"))
  }

  /// Escape sequences, line ends and reordering marks from a remote side must not reach the terminal.
  @Test func remoteTextIsInert() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\r\n\u{202e}evil\u{9b}31m\u{200b}"
    var limiter = Sample.account
    limiter.signature = Signature(
      status: 429, server: hostile, headers: [hostile], body: hostile, layer: .application)
    limiter.alternatives = [hostile]
    limiter.evidence[0].cell = hostile
    limiter.evidence[0].control = hostile
    var verdict = Sample.verdict(
      limiters: [limiter, limiter], causes: [Cause(cause: hostile, posterior: 1, because: hostile, next: hostile)],
      inconclusive: Verdict.Inconclusive(because: hostile, toSettle: hostile))
    verdict.run = hostile
    verdict.planDigest = hostile
    var design = Sample.design
    design.vantages[0].name = hostile
    design.cells[1].key = hostile
    design.gaps = [Design.Gap(dimension: hostile, because: hostile, toSettle: hostile)]
    let terminal = TerminalReport.render(
      verdict, of: Sample.run(verdict, [], design), options: TerminalOptions(width: 80))
    let markdown = MarkdownReport.render(verdict, of: Sample.run(verdict, [], design))
    let json = VerdictJSON.encode(verdict)
    let csv = ObservationExport.csv(Sample.observations, design: design)
    for text in [terminal, markdown, json, csv.replacing("\r\n", with: "\n")] {
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .format })
      #expect(text.contains("evil"))
    }
  }

  @Test func markdown() throws {
    let verdict = Sample.verdict(limiters: [Sample.account])
    try expectSnapshot(
      MarkdownReport.render(verdict, of: Sample.run(verdict, Sample.observations)), named: "account.md")
  }

  @Test func markdownMakesNoMarkupOfRemoteText() {
    var limiter = Sample.account
    limiter.signature.body = "<script>alert(1)</script> [x](javascript:1) |a| https://evil.example **b**"
    let verdict = Sample.verdict(limiters: [limiter])
    let text = MarkdownReport.render(verdict, of: Sample.run(verdict, []))
    #expect(!text.contains("<script>"))
    #expect(!text.contains("[x]("))
    #expect(!text.contains("https://evil"))
    #expect(text.contains("\\*\\*b\\*\\*"))
  }
}
