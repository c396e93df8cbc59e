internal import ParallaxInference
internal import Testing

@Suite struct SegmentTests {
  private func trials(_ text: String) -> [Trial] {
    // `R+` passed, `R-` denied; other letters are cell 1.
    text.split(separator: " ").enumerated().map { index, word in
      Trial(time: Double(index), cell: word.first == "R" ? 0 : 1, limited: word.last == "-")
    }
  }

  @Test(arguments: [
    ("R- I+ R-", 3), ("R+ R+ R- I+ R-", 3), ("I+ R- K- R- I-", 3), ("R- I+ R- R+", 3), ("R- R-", 2),
  ])
  func `only what lies between two denials of the exhausted cell counts`(_ round: (String, Int)) throws {
    let segment = try #require(Segment(round: trials(round.0), of: 0))
    #expect(segment.trials.count == round.1)
    #expect(segment.trials[0].limited && segment.trials[0].cell == 0)
  }

  @Test(arguments: ["R+ I+ R-", "R- I+ R+", "I- K-", "R+ R+", ""])
  func `a round without two denials is void`(_ round: String) {
    #expect(Segment(round: trials(round), of: 0) == nil)
  }

  @Test func `a round goes on from the denial before it, which is no news`() throws {
    let last = Trial(time: -1, cell: 0, limited: true)
    let segment = try #require(Segment(round: trials("I+ K- R-"), of: 0, after: last))
    #expect(segment.goesOn && segment.trials.first == last && segment.trials.count == 4)
    #expect(Segment(round: trials("I+ K- R+"), of: 0, after: last) == nil)
  }

  @Test func `the opening is the first outcome of the exhausted cell`() throws {
    let segment = try #require(Segment(round: trials("R+ R- I+ R-"), of: 0))
    #expect(!segment.opening.limited)
  }
}
