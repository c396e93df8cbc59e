internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxStore

/// The requests that the server saw against those that a run's journal holds, one by one: the server numbers every
/// request, and its answer carries the number into the journal.
struct RequestLedger {
  /// Requests that the server saw.
  private(set) var served = 0
  /// Observations of requests that left.
  private(set) var recorded = 0
  /// Requests that the run charges because nobody knows of them.
  private(set) var unknown = 0
  /// Requests that the server saw and that are not recorded.
  private(set) var servedUnrecorded = 0
  /// Numbers that stand in the journal more than once.
  private(set) var recordedTwice: [String] = []
  /// Numbers in the journal that the server did not give.
  private(set) var neverGiven: [String] = []
  /// Scheduled requests that were sent, or may have been, beyond those that were planned: sent twice.
  private(set) var repeated = 0
  /// Requests that the server saw and that are neither recorded nor charged.
  private(set) var unaccounted = 0

  /// Who sent a request, as the server sees it.
  private struct Sender: Hashable {
    var address: String
    var key: String
  }

  var isRight: Bool { recordedTwice.isEmpty && neverGiven.isEmpty && repeated == 0 && unaccounted == 0 }

  init(_ run: StoredRun, _ log: AccessLog) {
    let design = run.manifest.design
    let known = Set(log.lines.map(\.key))
    func sender(_ cell: Int) -> Sender {
      let vantage = design.vantages[design.cells[cell].vantage]
      let key = design.cells[cell].key
      return Sender(address: vantage.sourceAddress ?? vantage.host, key: known.contains(key) ? key : "-")
    }
    let sent = run.observations.filter { $0.reading != .void(.notSent) }
    served = log.lines.count
    recorded = sent.count
    unknown = run.history.unknownRequests

    let given = Set(log.lines.map(\.request))
    var open = Dictionary(log.lines.map { ($0.request, $0) }) { first, _ in first }
    var allowance: [Sender: Int] = [:]
    for observation in sent {
      guard let number = observation.answer.headers.first(where: { $0.name.lowercased() == "x-request-id" })?.value
      else {
        // Without an answer: the server may have seen it or not.
        allowance[sender(observation.cell), default: 0] += 1
        continue
      }
      if open.removeValue(forKey: number) == nil {
        if given.contains(number) { recordedTwice.append(number) } else { neverGiven.append(number) }
      }
    }
    // Which requests of a climb were lost is not known, only how many.
    var climbing = 0
    for (directive, unknown) in Self.losses(run.history) {
      for lost in unknown {
        if case .ramp? = directive {
          climbing += lost.count
        } else {
          allowance[sender(lost.cell), default: 0] += lost.count
        }
      }
    }
    servedUnrecorded = open.count
    for line in open.values {
      let sender = Sender(address: line.address, key: line.key)
      if allowance[sender, default: 0] > 0 {
        allowance[sender]? -= 1
      } else if climbing > 0 {
        climbing -= 1
      } else {
        unaccounted += 1
      }
    }
    repeated = Self.repeated(run, sent)
  }

  /// Everything that was lost, with the directive during which it was.
  private static func losses(_ history: RunHistory) -> [(Directive?, [UnknownRequests])] {
    var current: Directive?
    return history.entries.compactMap { entry in
      switch entry.event {
      case .directive(let directive): current = directive
      case .end(let end): return (current, end.unknown)
      case .resumption(let resumption): return (current, resumption.unknown)
      }
      return nil
    }
  }

  /// Each planned request of a schedule is recorded, or unknown, at most once: so says the journal, and by the numbers
  /// the server agrees.
  private static func repeated(_ run: StoredRun, _ sent: [Observation]) -> Int {
    var left: [Int: Int] = [:]
    var excess = 0
    var next = 0
    var isSchedule = false
    func spend(_ count: Int, of cell: Int) {
      guard isSchedule else { return }
      left[cell, default: 0] -= count
      if left[cell]! < 0 {
        excess -= left[cell]!
        left[cell] = 0
      }
    }
    for entry in run.history.entries + [RunHistory.Entry(event: .end(DirectiveEnd(now: 0)), observations: .max)] {
      while next < sent.count, sent[next].id < entry.observations {
        spend(1, of: sent[next].cell)
        next += 1
      }
      switch entry.event {
      case .directive(let directive):
        left = [:]
        isSchedule = false
        guard case .schedule(let schedule) = directive else { continue }
        isSchedule = true
        for item in schedule.items { left[item.cell, default: 0] += 1 }
      case .end(let end): for lost in end.unknown { spend(lost.count, of: lost.cell) }
      case .resumption(let resumption): for lost in resumption.unknown { spend(lost.count, of: lost.cell) }
      }
    }
    return excess
  }
}
