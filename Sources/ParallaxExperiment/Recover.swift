internal import ParallaxInference
internal import ParallaxModel

/// How the limit comes back, once its scope is known: what tells the algorithms apart.
///
/// A fast bucket is emptied and left alone for three different pauses; what each regained gives the rate. Otherwise
/// the reference is asked at growing gaps and around the ends of round windows, there with a few at once, since a
/// sliding log gives back one by one what a fixed window gives back whole; when it passes, bursts tell how much is
/// back and how fast the rest comes.
struct Recover: Sendable {
  static let requestLimit = 240
  /// A bucket that regains more than this, in requests per second, is measured by pauses.
  static let fastRate = 0.25

  /// Requests at once in every look after the first recovery.
  static let lookSize = 5
  /// Of every look, the pairs that a companion begins; and of the burst that follows the first recovery: more than a
  /// small allowance would hold.
  static let pairs = 2
  static let burstPairs = 5
  /// The same of what a fast bucket regained in the first pause.
  static let fastPairs = 4
  /// Once it passes again, so many are asked at once first, then so many more while all pass, up to a whole: a fixed
  /// window gives back everything, the others a part.
  static let firstBurst = 16
  static let laterBurst = 24
  static let longestBurst = 100
  /// Looks after the first recovery, and the longest pause before one, seconds.
  static let laterLooks = 5
  static let longestPause = 12.0
  /// Seconds beyond the time allowed for waiting in which another look may begin, and in which a limit filled in two parts
  /// must have been.
  static let overtime = (looks: 30.0, filling: 45.0)

  enum Step: Sendable {
    case wait(Double)
    case ask([Schedule.Item])
  }

  enum Position {
    case start, rechecking
    case draining(pause: Int)
    case regaining(pause: Int)
    case polling
    case bursting(asked: Int)
    case spacing(left: Int)
    case splitting([SplitFilling.Salvo])
  }

  private var position = Position.start
  private var queue: [Step] = []
  private let search: LimiterSearch
  private let isFast: Bool
  private var began = 0.0
  private var firstRequests = 0
  private var polls: [Poll] = []
  private var lastDenial = 0.0
  private var regain: Double = 0
  private var pause = 0.0
  private var rate: Double
  /// Asked just before the reference, to see whether they do share what comes back.
  private let companion: Companion?
  private var recheck: Recheck?
  private var rechecked: [Trial] = []

  init(after search: LimiterSearch, _ notebook: Notebook) {
    self.search = search
    rate = search.estimate.refillRate
    isFast =
      search.isDense && (search.estimate.family[.refill] ?? 0) > 0.5 && search.estimate.refillRate > Self.fastRate
      && (search.firstCapacity ?? 0) < 200
    companion = Companion(of: search, comesBack: isFast ? rate : 0, notebook)
    recheck = Recheck(of: search, notebook)
  }

  /// The search with what the recovery says about its scope.
  func weighed(_ notebook: Notebook) -> LimiterSearch {
    var weighed = search
    func doubt(_ cell: Int) {
      weighed.updateEstimate()
      weighed.reason = Reasons.recoveryContradicts(notebook.design.cells[cell], in: notebook.design)
    }
    if let cell = recheck?.contradicted(by: rechecked), let segment = Segment(round: rechecked, of: 0) {
      weighed.posterior.add(segment)
      doubt(cell)
    }
    if let companion {
      let odds = companion.logOddsOfItsOwn(
        trials(notebook.log.filter { $0.time > began }, with: [companion.cell], notebook))
      if odds > 0 {
        weighed.posterior.logOddsOfItsOwn[companion.cell] = odds
        doubt(companion.cell)
      }
    }
    return weighed
  }

  /// What the reference and some other cells were answered.
  private func trials(_ entries: [Entry], with cells: [Int], _ notebook: Notebook) -> [Trial] {
    entries.filter { $0.cell == 0 || cells.contains($0.cell) }.compactMap { notebook.trial($0, by: search.signature) }
  }

  mutating func next(_ notebook: inout Notebook) -> Move<Void> {
    if queue.isEmpty {
      guard advance(notebook) else { return .done(()) }
    }
    switch queue.removeFirst() {
    case .wait(let seconds):
      return .perform(.wait(seconds: seconds, reason: "see how the limit recovers"), label: "recover")
    case .ask(let items):
      return .perform(.schedule(Schedule(stage: .recover, items: items)), label: "recover")
    }
  }

  private func secondsLeft(_ notebook: Notebook) -> Double {
    min(notebook.configuration.recoverySeconds - (notebook.now - began), notebook.secondsLeft)
  }

  /// Fills the queue with what comes next; false when there is nothing.
  private mutating func advance(_ notebook: Notebook) -> Bool {
    switch position {
    case .start:
      began = notebook.now
      firstRequests = notebook.requests
      lastDenial =
        notebook.log.last { notebook.denied($0, by: search.signature) == true }?.time ?? notebook.now
      position = .rechecking
      let lead = isFast ? drainCount(notebook) : Recheck.lead
      if let recheck, canAsk(recheck.cells.count + lead + 1, notebook) {
        queue = [.ask(notebook.spaced(Array(repeating: 0, count: lead) + recheck.cells + [0]))]
        return true
      }
      recheck = nil
      return advance(notebook)
    case .rechecking:
      if let recheck { rechecked = trials(notebook.fresh, with: recheck.cells, notebook) }
      if isFast { return drain(pause: 0, notebook) }
      polls = Self.polls(of: search, closedSince: lastDenial, notebook)
      return poll(notebook)
    case .draining(let pause):
      return pauseAndRegain(pause, notebook)
    case .regaining(let pause):
      return pause + 1 < Self.pauses.count && drain(pause: pause + 1, notebook)
    case .polling:
      guard notebook.fresh.contains(where: { notebook.denied($0, by: search.signature) == false }) else {
        return poll(notebook)
      }
      regain = notebook.now - lastDenial
      return burst(asked: 0, notebook)
    case .bursting(let asked):
      let isOpen = notebook.fresh.allSatisfy { notebook.denied($0, by: search.signature) != true }
      if isOpen, asked < Self.longestBurst, burst(asked: asked, notebook) { return true }
      pause = max(0.15, regain / 2)
      return askSpaced(left: Self.laterLooks, notebook) || split(notebook)
    case .spacing(let left):
      // The first success may have been a token that was left over: what comes back more slowly needs longer pauses.
      if !notebook.fresh.contains(where: { notebook.denied($0, by: search.signature) == false }) { pause *= 3 }
      return left > 0 && askSpaced(left: left, notebook) || split(notebook)
    case .splitting(let salvos):
      return ask(salvos, notebook)
    }
  }

  // MARK: Fast buckets

  /// Pauses as shares of the time that the bucket takes to fill.
  private static let pauses = [0.35, 0.7, 0.5]

  private func drainCount(_ notebook: Notebook) -> Int {
    min(40, Int((1.3 * rate * notebook.controlGap).rounded(.up)) + 4)
  }

  private mutating func drain(pause: Int, _ notebook: Notebook) -> Bool {
    let count = drainCount(notebook)
    guard canAsk(count, notebook) else { return false }
    position = .draining(pause: pause)
    queue = [.ask(notebook.spaced(Array(repeating: 0, count: count)))]
    return true
  }

  private mutating func pauseAndRegain(_ pause: Int, _ notebook: Notebook) -> Bool {
    let capacity = max(2, Double(search.firstCapacity ?? 2) - rate * (search.limitTime - search.firstTime))
    let seconds = min(max(Self.pauses[pause] * capacity / rate, 0.3), 6)
    let count = min(60, Int((1.5 * rate * seconds).rounded(.up)) + 4)
    guard canAsk(count, notebook) else { return false }
    position = .regaining(pause: pause)
    queue = [
      .wait(max(0, seconds - notebook.controlGap)),
      .ask(look(count, pairs: pause == 0 ? min(Self.fastPairs, count / 2) : 0, notebook)),
    ]
    return true
  }

  // MARK: Everything else

  private mutating func poll(_ notebook: Notebook) -> Bool {
    polls.removeAll { $0.time <= notebook.now }
    guard let poll = polls.first, poll.time - notebook.now < secondsLeft(notebook),
      canAsk(poll.isEdge ? Self.edgeOffsets.count : 2, notebook)
    else {
      return false
    }
    position = .polling
    queue = []
    let wait = poll.time - notebook.now - notebook.armDelay
    if wait > 0.05 { queue.append(.wait(wait)) }
    queue.append(.ask(items(of: poll, notebook)))
    return true
  }

  private func items(of poll: Poll, _ notebook: Notebook) -> [Schedule.Item] {
    guard poll.isEdge else { return look(1, pairs: 1, notebook) }
    guard Double(Self.edgeOffsets.count) <= notebook.configuration.budget.rate else {
      return notebook.spaced(Array(repeating: 0, count: Self.edgeOffsets.count))
    }
    return Self.edgeOffsets.map { Schedule.Item(offset: $0 - Self.edgeOffsets[0], cell: 0) }
  }

  /// So many requests; in the first so many pairs of them the companion comes before the reference.
  private func look(_ count: Int, pairs: Int, _ notebook: Notebook) -> [Schedule.Item] {
    let paired = companion.map { Array(repeating: [$0.cell, 0], count: pairs).flatMap(\.self) } ?? []
    let alone = Array(repeating: 0, count: max(0, count - paired.count))
    // Where the budget's rate is low, all are spaced alike, and mostly too far for the companion to tell anything.
    guard Double(paired.count + alone.count) <= notebook.configuration.budget.rate else {
      return notebook.spaced(paired + alone)
    }
    return notebook.spaced(paired, gap: Companion.lead)
      + notebook.spaced(alone, from: Double(paired.count) * Companion.lead)
  }

  /// As many at once as it may hold, in parts: a part that is denied ends it.
  private mutating func burst(asked: Int, _ notebook: Notebook) -> Bool {
    let rest = max(3, (search.firstCapacity ?? 3) + 2) - asked
    let count = min(rest, asked == 0 ? Self.firstBurst : Self.laterBurst)
    guard count > 0, canAsk(count, notebook) else { return false }
    position = .bursting(asked: asked + count)
    queue = [.ask(look(count, pairs: asked == 0 ? min(Self.burstPairs, count / 2) : 0, notebook))]
    return true
  }

  private mutating func askSpaced(left: Int, _ notebook: Notebook) -> Bool {
    let pause = min(pause, Self.longestPause)
    guard canAsk(Self.lookSize, notebook), secondsLeft(notebook) > -Self.overtime.looks, notebook.secondsLeft > pause
    else {
      return false
    }
    position = .spacing(left: left - 1)
    queue = [.wait(pause), .ask(look(Self.lookSize, pairs: Self.pairs, notebook))]
    return true
  }

  /// Where the looks left the algorithm open.
  private mutating func split(_ notebook: Notebook) -> Bool {
    guard secondsLeft(notebook) > -Self.overtime.filling, let filling = SplitFilling(after: search, notebook),
      canAsk(filling.requests, notebook),
      filling.end - notebook.now < min(secondsLeft(notebook) + Self.overtime.filling, notebook.secondsLeft)
    else { return false }
    return ask(filling.salvos, notebook)
  }

  private mutating func ask(_ salvos: [SplitFilling.Salvo], _ notebook: Notebook) -> Bool {
    guard let salvo = salvos.first else { return false }
    position = .splitting(Array(salvos.dropFirst()))
    queue = [
      .wait(max(0, salvo.time - notebook.now - notebook.armDelay)),
      .ask(notebook.spaced(Array(repeating: 0, count: salvo.count))),
    ]
    return true
  }

  private func canAsk(_ count: Int, _ notebook: Notebook) -> Bool {
    let spent = notebook.requests - firstRequests
    return (isFast || spent + count <= Self.requestLimit) && notebook.requestsLeft >= count + 10
  }
}
