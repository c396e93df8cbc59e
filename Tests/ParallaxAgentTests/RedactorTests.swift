internal import ParallaxAgent
internal import ParallaxModel
internal import ParallaxWire
internal import Testing

@Suite struct RedactorTests {
  private func body(_ text: String, _ secrets: [Secret]) -> String {
    String(decoding: Redactor(secrets).redacted(Answer(body: Array(text.utf8))).body, as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("nothing here", "nothing here"), ("abc", "[key:k]"), ("abcabc", "[key:k][key:k]"),
    ("ababc-abc.", "ab[key:k]-[key:k]."), ("ab", "ab"), ("xab", "xab"),
  ])
  func everyOccurrenceInABodyGoes(text: String, expected: String) {
    #expect(body(text, [Secret(name: "k", value: "abc")]) == expected)
  }

  @Test func theLongerKeyGoesFirstAndEncodedFormsGoToo() {
    let secrets = [Secret(name: "a", value: "tok"), Secret(name: "b", value: "tok/2")]
    #expect(body("tok tok/2 tok%2F2", secrets) == "[key:a] [key:b] [key:b]")
  }

  @Test func headersAreRedactedInNameAndValue() {
    let answer = Redactor([Secret(name: "k", value: "abc")]).redacted(
      Answer(headers: [Header("X-abc", "1"), Header("Y", "Bearer abc")]))
    #expect(answer.headers == [Header("X-[key:k]", "1"), Header("Y", "Bearer [key:k]")])
  }

  @Test func aKeyAcrossTheEndOfABodyLeavesNoPart() {
    let redactor = Redactor([Secret(name: "k", value: "secret")])
    for start in Answer.bodyLimit - 8...Answer.bodyLimit {
      let padding = String(repeating: ".", count: start)
      let kept = Array((padding + "secret").utf8).prefix(Answer.bodyLimit + redactor.overlap)
      let body = redactor.redacted(Answer(body: Array(kept))).body
      #expect(body.count <= Answer.bodyLimit)
      #expect(!String(decoding: body, as: UTF8.self).contains("se"))
    }
  }

  @Test func anEmptyKeyChangesNothing() {
    #expect(body("abc", [Secret(name: "k", value: "")]) == "abc")
  }
}
