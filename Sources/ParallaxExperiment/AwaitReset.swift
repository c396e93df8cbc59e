internal import ParallaxModel

/// Asks the exhausted cell at growing gaps until it passes, then rests as long again, so that others are full too.
struct AwaitReset: Sendable {
  /// Seconds.
  static let longest = 200.0
  /// As long as it takes to rule out an outage, seconds.
  static let longestWithWitness = 500.0
  /// Seconds from which on the witness is asked too: before, it could not tell much.
  static let witnessFrom = 40.0
  /// Buckets of so few requests are rested for as long as it takes to fill them one by one.
  static let smallCapacity = 8

  enum Position { case start, asking, waiting, resting }

  private var position = Position.start
  private var since = 0.0
  private var gap = 0.5
  /// Seconds for which the exhausted cell and the witness were both denied.
  private(set) var deniedFor = 0.0
  private let signature: Signature?
  private let capacity: Int?
  private let witness: Int?

  /// - Parameters:
  ///   - capacity: what a bucket holds, where it is known to be small.
  ///   - witness: a cell that changes everything.
  init(signature: Signature?, capacity: Int? = nil, witness: Int? = nil) {
    self.signature = signature
    self.capacity = capacity
    self.witness = witness
  }

  /// Done with whether it passed.
  mutating func next(_ notebook: inout Notebook) -> Move<Bool> {
    switch position {
    case .start:
      since = notebook.now
      return wait(notebook)
    case .waiting:
      position = .asking
      let late = notebook.now - since >= Self.witnessFrom
      let cells = [notebook.exhaustedCell] + (late ? [witness].compactMap { $0 } : [])
      return .perform(
        .schedule(Schedule(stage: .hold, items: notebook.spaced(cells))), label: "has it recovered?")
    case .asking:
      if notebook.fresh.contains(where: { notebook.denied($0, by: signature) == false && !notebook.isDelay($0) }) {
        position = .resting
        let times = capacity.map { max(1, min($0, Self.smallCapacity)) } ?? 1
        let seconds = min(Self.longest, Double(times) * (notebook.now - since), max(0, notebook.secondsLeft))
        return .perform(.wait(seconds: seconds, reason: "let all buckets fill up"), label: "recovered")
      }
      noteDenied(notebook)
      return wait(notebook)
    case .resting:
      return .done(true)
    }
  }

  private mutating func noteDenied(_ notebook: Notebook) {
    guard let witness else { return }
    let denied = Set(notebook.fresh.filter { notebook.denied($0, by: signature) == true }.map(\.cell))
    if denied.isSuperset(of: [notebook.exhaustedCell, witness]) { deniedFor = notebook.now - since }
  }

  /// Growing, but not while the witness's denial may rule out an outage any moment.
  private func nextGap(_ notebook: Notebook) -> Double {
    let elapsed = notebook.now - since + gap
    return witness != nil && elapsed > 25 && elapsed < 75 ? 9 : gap * 1.6
  }

  private mutating func wait(_ notebook: Notebook) -> Move<Bool> {
    guard notebook.now - since < (witness == nil ? Self.longest : Self.longestWithWitness), notebook.requestsLeft > 30,
      notebook.secondsLeft > gap
    else {
      return .done(false)
    }
    position = .waiting
    defer { gap = nextGap(notebook) }
    return .perform(.wait(seconds: gap, reason: "wait for the limit to reset"), label: "wait for a reset")
  }
}
