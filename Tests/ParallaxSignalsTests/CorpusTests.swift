internal import ParallaxModel
internal import ParallaxSignals
internal import Testing

@Suite struct CorpusTests {
  @Test func holdsAnswersOfEveryDialect() {
    #expect(Corpus.all.count >= 150)
    let dialects = Set(
      Corpus.all.flatMap { Declarations.read($0.answer, now: RecordedAnswer.now).policies.map(\.source) })
    #expect(dialects == Set(Dialect.allCases))
  }

  @Test(arguments: Corpus.all)
  func isReadAsExpected(recorded: RecordedAnswer) {
    #expect(recorded.actual == recorded.expected)
  }
}
