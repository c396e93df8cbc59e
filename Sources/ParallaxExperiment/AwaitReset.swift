internal import ParallaxModel

/// Asks the exhausted cell at growing gaps until it passes, then rests as long again, so that others are full too.
struct AwaitReset: Sendable {
  /// Seconds.
  static let longest = 200.0

  enum Position { case start, asking, waiting, resting }

  private var position = Position.start
  private var since = 0.0
  private var gap = 0.5
  private let signature: Signature?

  init(signature: Signature?) { self.signature = signature }

  /// Done with whether it passed.
  mutating func next(_ notebook: inout Notebook) -> Move<Bool> {
    switch position {
    case .start:
      since = notebook.now
      return wait(notebook)
    case .waiting:
      position = .asking
      return .perform(
        .schedule(Schedule(stage: .hold, items: [Schedule.Item(offset: 0, cell: notebook.exhaustedCell)])),
        label: "has it recovered?")
    case .asking:
      if notebook.fresh.contains(where: { notebook.denied($0, by: signature) == false && !notebook.isDelay($0) }) {
        position = .resting
        let seconds = min(Self.longest, notebook.now - since, max(0, notebook.secondsLeft))
        return .perform(.wait(seconds: seconds, reason: "let all buckets fill up"), label: "recovered")
      }
      return wait(notebook)
    case .resting:
      return .done(true)
    }
  }

  private mutating func wait(_ notebook: Notebook) -> Move<Bool> {
    guard notebook.now - since < Self.longest, notebook.requestsLeft > 30, notebook.secondsLeft > gap else {
      return .done(false)
    }
    position = .waiting
    defer { gap *= 1.6 }
    return .perform(.wait(seconds: gap, reason: "wait for the limit to reset"), label: "wait for a reset")
  }
}
