internal import ParallaxModel
internal import Testing

@Suite struct ErrorTests {
  @Test func saysWhatWhereAndHowToMend() {
    let error = ParallaxError(
      .planInvalid, "no permission", at: .init(file: "plan.yaml", line: 3, column: 5), remedy: "add one", cause: "empty"
    )
    #expect(error.description == "plan.yaml:3:5: no permission (empty)\n  to mend it: add one")
    #expect(error.code.exitStatus.rawValue == 65)
  }

  @Test(arguments: zip(Verdict.Status.allCases, [0, 3, 105, 4] as [Int32]))
  func verdictsHaveTheirExitStatus(status: Verdict.Status, exit: Int32) {
    #expect(status.exitStatus.rawValue == exit)
  }
}

@Suite struct IdentityTests {
  @Test func dimensionsAreNamedInDeclaredOrder() {
    let further = [Dimension(name: "path", levels: ["/a", "/b"]), Dimension(name: "stack", levels: ["x", "y"])]
    #expect(DimensionSet([.further(1), .account, .ip]).names(further: further) == ["ip", "account", "stack"])
    #expect(DimensionSet().names(further: further).isEmpty)
  }

  @Test func cellsAreNamedByWhatTheyAre() {
    let reference = Cell(id: 0, label: "R", vantage: 0, key: "a1", account: "A", levels: [0], differs: [])
    let other = Cell(id: 1, label: "E", vantage: 1, key: "a1", account: "A", levels: [1], differs: [.ip, .further(0)])
    let design = Design(
      vantages: [Vantage(host: "fra1"), Vantage(host: "nyc1", sourceAddress: "198.51.100.8")],
      dimensions: [Dimension(name: "path", levels: ["/a", "/b"])], cells: [reference, other], gaps: [])
    #expect(design.name(of: reference) == "fra1 x a1")
    #expect(design.name(of: other) == "nyc1/198.51.100.8 x a1 x /b")
  }

  @Test(arguments: [
    (URLParts(scheme: .https, host: "api.example.com", port: 443, path: "/v1"), "https://api.example.com/v1"),
    (URLParts(scheme: .http, host: "::1", port: 8080, path: "/"), "http://[::1]:8080/"),
  ])
  func urlsShowThePortOnlyWhereItIsOdd(url: URLParts, text: String) {
    #expect(url.description == text)
  }

  @Test func headersAreFoundWhateverTheirCase() {
    let answer = Answer(status: 429, headers: [Header("Retry-After", "1"), Header("retry-after", "2")])
    #expect(answer.header("RETRY-AFTER") == "1")
    #expect(answer.header("retry") == nil)
  }
}
