internal import ParallaxModel

/// Asks the exhausted cell at growing gaps until it passes, then rests as long again, so that others are full too.
struct AwaitReset: Sendable {
  /// Seconds, or a quarter of the run's duration where that is more: who allows a run of days wants a reset to be seen.
  static let longest = 200.0
  /// As long as it takes to rule out an outage, seconds.
  static let longestWithWitness = 500.0
  /// Seconds that a small bucket is rested at least; twice as long every time after that, since one success says
  /// little about how fast it fills.
  static let leastRest = 15.0
  /// Seconds from which on the witness is asked too: before, it could not tell much.
  static let witnessFrom = 40.0
  /// Buckets of so few requests are spent by the probes themselves.
  static let smallCapacity = 8
  /// Buckets are rested for as long as it takes to fill them one by one, up to so many.
  static let mostRests = 40

  enum Outcome: Sendable {
    case recovered, stillClosed
    /// The witness passed twice while the exhausted cell was still denied: they do not share.
    case separate
  }

  enum Position { case start, asking, waiting, resting }

  private var position = Position.start
  private var since = 0.0
  private var gap = 0.7
  /// Seconds until it was found open.
  private(set) var took: Double?
  /// Seconds for which the exhausted cell and the witness were both denied.
  private(set) var deniedFor = 0.0
  /// When the exhausted cell and the witness were denied together last, and when the exhausted cell passed for the first
  /// time after that; seconds. What the exhausted cell says alone may be due to a limit of its own, while an outage that
  /// all others met is long over.
  private(set) var lastDenied: Double?
  private(set) var passed: Double?
  /// How often the witness passed while the exhausted cell was denied: from the first on no time of theirs is a common one.
  private var separations = 0
  private let signature: Signature?
  private let capacity: Int?
  private let attempt: Int
  private let witness: Int?
  private let timing: ResetTiming?
  private let stage: Stage
  private let givesUpAfter: Double?
  /// What the next look is for.
  private var look: ResetTiming.Look?

  /// - Parameters:
  ///   - capacity: what a bucket holds, where it must be full again; nil where one more success will do.
  ///   - attempt: how many resets were waited for before.
  ///   - witness: a cell that changes everything.
  ///   - timing: when a look tells more than at other times.
  ///   - lastTook: seconds that the last reset took, if one was waited for: before half of them no look is worth its
  ///     request.
  ///   - stage: what its requests are counted under.
  ///   - patience: seconds after which it is given up at the latest; nil for what the witness and the budget say.
  init(
    signature: Signature?, capacity: Int? = nil, attempt: Int = 0, witness: Int? = nil, timing: ResetTiming? = nil,
    lastTook: Double? = nil, stage: Stage = .hold, patience: Double? = nil
  ) {
    givesUpAfter = patience
    self.stage = stage
    if let lastTook { gap = max(gap, 0.5 * lastTook) }
    self.timing = timing
    self.attempt = attempt
    self.signature = signature
    self.capacity = capacity
    self.witness = witness
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Outcome> {
    switch position {
    case .start:
      since = notebook.now
      return wait(notebook)
    case .waiting:
      position = .asking
      return .perform(.schedule(Schedule(stage: stage, items: items(notebook))), label: "has it recovered?")
    case .asking:
      noteDenied(notebook)
      let passed = Set(
        notebook.fresh.filter { notebook.denied($0, by: signature) == false && !notebook.isDelay($0) }.map(\.cell))
      if let witness, passedAlone(witness, notebook), !notebook.isQueue {
        separations += 1
        // What opens for one of them alone says nothing about both.
        lastDenied = nil
        if separations >= 2 { return .done(.separate) }
      }
      if passed.contains(notebook.exhaustedCell) {
        position = .resting
        took = notebook.now - since
        self.passed = notebook.fresh.last { $0.cell == notebook.exhaustedCell }?.time
        let times = capacity.map { max(1, min($0, Self.mostRests)) } ?? 1
        let least =
          (capacity ?? Self.mostRests) > Self.smallCapacity ? 0 : Self.leastRest * Double(1 << min(attempt, 4))
        let rest = max(least, Double(times) * (notebook.now - since))
        let longest = (capacity ?? 0) > Self.smallCapacity ? Self.longest : patience(Self.longest, notebook)
        let seconds = min(longest, rest, max(0, notebook.secondsLeft))
        return .perform(.wait(seconds: seconds, reason: "let all buckets fill up"), label: "recovered")
      }
      return wait(notebook)
    case .resting:
      return .done(.recovered)
    }
  }

  private func items(_ notebook: Notebook) -> [Schedule.Item] {
    let asksWitness: Bool
    switch look {
    case .around:
      let before = notebook.spaced([notebook.exhaustedCell] + [witness].compactMap { $0 })
      let least = (before.last?.offset ?? 0) + 1 / notebook.configuration.budget.rate
      return before + [Schedule.Item(offset: max(2 * ResetTiming.margin, least), cell: notebook.exhaustedCell)]
    case .withWitness: asksWitness = true
    case nil: asksWitness = notebook.now - since >= Self.witnessFrom
    }
    return notebook.spaced([notebook.exhaustedCell] + (asksWitness ? [witness].compactMap { $0 } : []))
  }

  /// Whether the witness passed when the exhausted cell was denied at the same time.
  private func passedAlone(_ witness: Int, _ notebook: Notebook) -> Bool {
    notebook.fresh.contains { entry in
      guard entry.cell == witness, notebook.denied(entry, by: signature) == false else { return false }
      let nearest = notebook.fresh.filter { $0.cell == notebook.exhaustedCell }
        .min { abs($0.time - entry.time) < abs($1.time - entry.time) }
      return nearest.map { notebook.denied($0, by: signature) == true } ?? false
    }
  }

  private mutating func noteDenied(_ notebook: Notebook) {
    let denials = notebook.fresh.filter { notebook.denied($0, by: signature) == true }
    guard let witness, Set(denials.map(\.cell)).isSuperset(of: [notebook.exhaustedCell, witness]) else { return }
    if separations == 0 { lastDenied = denials.last { $0.cell == witness }?.time ?? lastDenied }
    deniedFor = notebook.now - (timing?.closed ?? since)
  }

  /// Growing, but not while the witness's denial may rule out an outage any moment.
  private func nextGap(_ notebook: Notebook) -> Double {
    let elapsed = notebook.now - since + gap
    return witness != nil && elapsed > 25 && elapsed < 75 ? 9 : gap * 2
  }

  private func patience(_ longest: Double, _ notebook: Notebook) -> Double {
    max(longest, notebook.configuration.budget.duration / 4)
  }

  private mutating func wait(_ notebook: Notebook) -> Move<Outcome> {
    let longest = givesUpAfter ?? patience(witness == nil ? Self.longest : Self.longestWithWitness, notebook)
    if givesUpAfter != nil { gap = min(gap, max(0, since + longest - notebook.now)) }
    guard notebook.now - since < longest, notebook.requestsLeft > 30,
      notebook.secondsLeft > gap
    else {
      return .done(.stillClosed)
    }
    position = .waiting
    look = timing?.looks.first { $0.time > notebook.now + notebook.armDelay + 0.05 }
    if let look, look.time - notebook.armDelay < notebook.now + gap {
      return waiting(look.time - notebook.armDelay - notebook.now)
    }
    look = nil
    defer { gap = nextGap(notebook) }
    return waiting(gap)
  }

  private func waiting(_ seconds: Double) -> Move<Outcome> {
    .perform(.wait(seconds: seconds, reason: "wait for the limit to reset"), label: "wait for a reset")
  }
}
