internal import ParallaxAgent
internal import ParallaxModel
internal import Testing

@Suite struct RequestTextTests {
  private func text(
    headers: [Header] = [], path: String = "/", values: [Header] = [], secret: String? = "s3", keepAlive: Bool = true,
    method: String = "GET", userAgent: String = "parallax-test"
  ) throws(PlanRefusal) -> RequestText {
    var plan = RequestPlan.test(port: 8080, method: method, keepAlive: keepAlive)
    plan.headers = headers
    plan.userAgent = userAgent
    let cell = RequestPlan.CellRequest(
      cell: 0, vantage: "here", key: "a1", account: "acme/1", path: path, values: values)
    return try RequestText(plan: plan, run: "r-1", cell: cell, secret: secret)
  }

  @Test func templatesAreFilledInHeadersAsTheyAre() throws {
    let text = try text(
      headers: [Header("X", "{{key}} {{ account }} {{region}} {{region}}{x}}")], values: [Header("region", "eu/1")])
    #expect(text.headers.last == Header("X", "s3 acme/1 eu/1 eu/1{x}}"))
  }

  @Test func theUserAgentNamesTheRun() throws {
    #expect(try text(userAgent: "Parallax (run {{run}})").headers[1] == Header("User-Agent", "Parallax (run r-1)"))
  }

  @Test func aRequestIsWrittenLineByLine() throws {
    let bytes = try text(headers: [Header("X", "y")], path: "/a").bytes
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "GET /a HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: parallax-test\r\nAccept: */*\r\nX: y\r\n\r\n")
  }

  @Test func templatesArePercentEncodedInThePath() throws {
    let text = try text(
      path: "/{{region}}/a b?k={{key}}&a={{account}}&\u{e9}", values: [Header("region", "eu/1 x")], secret: "a/b+c=&d")
    #expect(text.target == "/eu/1%20x/a%20b?k=a%2Fb%2Bc%3D%26d&a=acme/1&%C3%A9")
  }

  @Test func defaultsStandFirstUnlessThePlanHasItsOwn() throws {
    #expect(
      try text().headers == [
        Header("Host", "127.0.0.1:8080"), Header("User-Agent", "parallax-test"), Header("Accept", "*/*"),
      ])
    #expect(
      try text(headers: [Header("accept", "text/html"), Header("HOST", "other")], keepAlive: false).headers == [
        Header("User-Agent", "parallax-test"), Header("Connection", "close"), Header("accept", "text/html"),
        Header("HOST", "other"),
      ])
    #expect(try text(method: "POST").headers.last == Header("Content-Length", "0"))
  }

  @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "a\u{7f}b"])
  func aValueThatCouldBeginANewLineIsRefused(value: String) {
    #expect(throws: PlanRefusal.self) { try text(headers: [Header("X", "{{key}}")], secret: value) }
    #expect(throws: PlanRefusal.self) { try text(headers: [Header("X", "{{d}}")], values: [Header("d", value)]) }
    #expect(throws: PlanRefusal.self) { try text(headers: [Header("X", value)]) }
  }

  @Test func aValueInThePathCannotBeginANewLineEither() throws {
    #expect(try text(path: "/{{key}}", secret: "a\r\nb c").target == "/a%0D%0Ab%20c")
    #expect(try text(path: "/a\r\nb").target == "/a%0D%0Ab")
  }

  @Test(arguments: ["", "a b", "a:", "a\r", "\u{e9}", "Content-Length", "transfer-encoding", "Connection", "Upgrade"])
  func namesThatWouldBreakTheFramingAreRefused(name: String) {
    #expect(throws: PlanRefusal.self) { try text(headers: [Header(name, "x")]) }
  }

  @Test func whatCannotBeFilledIsNamedWithoutValues() {
    #expect(throws: PlanRefusal.secretMissing) { try text(headers: [Header("X", "{{key}}")], secret: nil) }
    #expect(throws: PlanRefusal.self) { try text(headers: [Header("X", "{{nothing}}")]) }
    #expect(throws: PlanRefusal.self) { try text(headers: [Header("X", "{{key")]) }
    #expect(throws: PlanRefusal.self) { try text(path: "no-slash") }
  }

  @Test func aKeyThatNoTemplateNamesIsNotNeeded() throws {
    #expect(try text(secret: nil).target == "/")
  }
}
