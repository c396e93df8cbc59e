internal import ParallaxModel
internal import ParallaxPacing
internal import Testing

@Suite struct FlightPacerTests {
  @Test(arguments: UInt64(1)...20) func neverMoreUnderWayAndNeverMoreAltogether(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let inFlight = Int.random(in: 1...40, using: &generator)
    let requests = Int.random(in: 0...500, using: &generator)
    var pacer = FlightPacer(inFlight: inFlight, requests: requests)
    var underWay = 0
    var sent = 0
    while !pacer.isFinished {
      while pacer.takeTurn() {
        underWay += 1
        sent += 1
        #expect(underWay <= inFlight)
      }
      // As many as possible: it stops for no other reason than these two.
      #expect(underWay == inFlight || sent == requests)
      for _ in 0..<Int.random(in: 0...underWay, using: &generator) {
        pacer.noteAnswer()
        underWay -= 1
      }
    }
    #expect(sent == requests && underWay == 0)
  }

  @Test func afterAStopOnlyTheAnswersAreWaitedFor() {
    var pacer = FlightPacer(inFlight: 2, requests: 10)
    #expect(pacer.takeTurn() && pacer.takeTurn() && !pacer.takeTurn())
    pacer.stop()
    pacer.noteAnswer()
    #expect(!pacer.takeTurn() && !pacer.isFinished)
    pacer.noteAnswer()
    #expect(!pacer.takeTurn() && pacer.isFinished)
  }
}
