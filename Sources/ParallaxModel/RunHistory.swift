/// What a run did, in the order in which it happened: enough to tell it again, or to go on with it.
public struct RunHistory: Sendable, Hashable {
  public enum Event: Sendable, Hashable {
    /// About to be carried out: nothing of it was sent before.
    case directive(Directive)
    /// It was carried out, or stopped; its observations stand before this.
    case end(DirectiveEnd)
    /// The run went on after an interruption.
    case resumption(Resumption)
  }

  public struct Entry: Sendable, Hashable {
    public var event: Event
    /// How many observations the run had when it happened.
    public var observations: Int

    public init(event: Event, observations: Int) {
      self.event = event
      self.observations = observations
    }
  }

  public var entries: [Entry]

  public init(entries: [Entry] = []) { self.entries = entries }

  /// The directive that was under way, where in the history it stands, and whether everything came in that was sent for
  /// it; nil when none was.
  public var pending: (directive: Directive, index: Int, isDrained: Bool)? {
    guard
      let index = entries.lastIndex(where: { entry in
        if case .directive = entry.event { true } else { false }
      }), case .directive(let directive) = entries[index].event
    else { return nil }
    var isDrained = false
    for entry in entries[(index + 1)...] {
      switch entry.event {
      case .directive: break
      case .end(let end):
        guard end.stopped != nil else { return nil }
        isDrained = true
      case .resumption: return nil
      }
    }
    return (directive, index, isDrained)
  }

  /// Seconds that all interruptions took.
  public var idle: Double {
    entries.reduce(0) { sum, entry in
      if case .resumption(let resumption) = entry.event { sum + resumption.idle } else { sum }
    }
  }

  /// Requests whose fate nobody knows, over all interruptions and lost agents.
  public var unknownRequests: Int {
    entries.reduce(0) { sum, entry in
      switch entry.event {
      case .directive: sum
      case .end(let end): sum + end.unknown.total
      case .resumption(let resumption): sum + resumption.unknown.total
      }
    }
  }
}

/// How a directive ended: its report without the samples, which follow from the observations.
public struct DirectiveEnd: Sendable, Hashable {
  /// Seconds on the run's clock.
  public var now: Double
  public var ramp: RampOutcome?
  public var lostVantages: [Int]
  /// What agents that were lost meanwhile may have sent.
  public var unknown: [UnknownRequests]
  /// Why it was not carried out to its end: the user, a stop rule, the budget.
  public var stopped: String?

  public init(
    now: Double, ramp: RampOutcome? = nil, lostVantages: [Int] = [], unknown: [UnknownRequests] = [],
    stopped: String? = nil
  ) {
    self.now = now
    self.ramp = ramp
    self.lostVantages = lostVantages
    self.unknown = unknown
    self.stopped = stopped
  }

  public init(_ report: Report) {
    self.init(
      now: report.now, ramp: report.ramp, lostVantages: report.lostVantages, unknown: report.unknown,
      stopped: report.stopped)
  }

  public func report(_ samples: [Sample]) -> Report {
    Report(
      samples: samples, now: now, ramp: ramp, lostVantages: lostVantages, unknown: unknown, stopped: stopped)
  }
}

/// A run goes on after an interruption.
public struct Resumption: Sendable, Hashable {
  /// Seconds on the run's clock, which did not stand still.
  public var now: Double
  /// Seconds in which nothing was done: they do not count against the budget's duration.
  public var idle: Double
  public var unknown: [UnknownRequests]

  public init(now: Double, idle: Double, unknown: [UnknownRequests] = []) {
    self.now = now
    self.idle = idle
    self.unknown = unknown
  }
}

/// Keeps what a run does. Each call returns when what it was given cannot be lost any more.
public protocol RunRecorder: Sendable {
  /// Before anything of it is sent.
  func begin(_ directive: Directive) throws(ParallaxError)
  func append(_ observations: [Observation]) throws(ParallaxError)
  func end(_ end: DirectiveEnd) throws(ParallaxError)
  func resume(_ resumption: Resumption) throws(ParallaxError)
}
