/// What the experiment wants done next. Whoever performs it (a fleet, or a simulated world) answers with a `Report`.
public enum Directive: Sendable, Hashable {
  /// Requests at agreed times, armed on the agents beforehand.
  case schedule(Schedule)
  /// An adaptive loop that one agent runs by itself.
  case ramp(RampSpecification)
  /// Nothing for that many seconds; the reason is shown to the user.
  case wait(seconds: Double, reason: String)

  /// The stage that its requests belong to; nil for a wait.
  public var stage: Stage? {
    switch self {
    case .schedule(let schedule): schedule.stage
    case .ramp(let ramp): ramp.stage
    case .wait: nil
    }
  }
}

/// A list of requests by intended arrival at the target, as offsets in seconds from its start.
public struct Schedule: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    public var offset: Double
    public var cell: Int

    public init(offset: Double, cell: Int) {
      self.offset = offset
      self.cell = cell
    }
  }

  public var stage: Stage
  /// Sorted by offset.
  public var items: [Item]

  public init(stage: Stage, items: [Item]) {
    self.stage = stage
    self.items = items
  }
}

/// The exhaust loop: raise the rate until the first denial, confirm it, measure a fast refill, then sandwich probes
/// on the same agent at once. The loop itself is `ParallaxPacing.Ramp`.
public struct RampSpecification: Sendable, Hashable {
  public var stage: Stage
  /// The cell to exhaust.
  public var cell: Int
  public var maxRequests: Int
  /// Requests per second that are never exceeded.
  public var rateCap: Double
  /// Round trip of the cell's vantage, seconds, at rest.
  public var roundTrip: Double
  /// The pause before the third confirming request: as long as the controller needs between hosts, seconds.
  public var confirmGap: Double
  /// Fixed gap between requests in seconds, to stay under a known faster limiter; nil for the rising rate.
  public var pace: Double?
  /// Seconds after which the loop ends without a limit.
  public var deadline: Double
  /// A latency above this, seconds, is a queue's delay.
  public var delayThreshold: Double
  /// Cells of the same agent to probe once `cell` is exhausted, in this order; with `cell` last, it is asked again after
  /// them in any case. Otherwise the next round may be what does that.
  public var followUp: [Int]

  public init(
    stage: Stage, cell: Int, maxRequests: Int, rateCap: Double, roundTrip: Double, confirmGap: Double,
    pace: Double? = nil, deadline: Double, delayThreshold: Double, followUp: [Int]
  ) {
    self.stage = stage
    self.cell = cell
    self.maxRequests = maxRequests
    self.rateCap = rateCap
    self.roundTrip = roundTrip
    self.confirmGap = confirmGap
    self.pace = pace
    self.deadline = deadline
    self.delayThreshold = delayThreshold
    self.followUp = followUp
  }
}

/// How an exhaust loop ended.
public struct RampOutcome: Sendable, Hashable {
  public enum Saturation: UInt8, Sendable, Hashable, CaseIterable {
    /// No limit met.
    case none = 1
    /// Denied, and still denied after the pause.
    case hard
    /// Denied, but tokens come back within the pause.
    case leaky
  }

  public var saturation: Saturation
  /// For a fast refill: successes it took until denied twice in a row after the pause.
  public var lead: Int?
  /// Requests per second that the limiter admits while exhausted; 0 for a hard limit.
  public var admittedRate: Double
  /// When the first denied request of the loop was sent, seconds on the clock of the report; nil without one.
  public var firstDenial: Double?

  public init(saturation: Saturation, lead: Int? = nil, admittedRate: Double = 0, firstDenial: Double? = nil) {
    self.saturation = saturation
    self.lead = lead
    self.admittedRate = admittedRate
    self.firstDenial = firstDenial
  }
}

/// What came of a directive.
public struct Report: Sendable, Hashable {
  /// Sorted by time.
  public var samples: [Sample]
  /// The controller's clock when everything was in.
  public var now: Double
  /// Present after a ramp.
  public var ramp: RampOutcome?
  /// Indices of vantages that can no longer be used.
  public var lostVantages: [Int]
  /// What agents that were lost meanwhile may have sent, beyond the samples.
  public var unknown: [UnknownRequests]
  /// Why nothing more may be sent (budget spent, stop rule, user); nil to go on.
  public var stopped: String?

  public init(
    samples: [Sample], now: Double, ramp: RampOutcome? = nil, lostVantages: [Int] = [],
    unknown: [UnknownRequests] = [], stopped: String? = nil
  ) {
    self.samples = samples
    self.now = now
    self.ramp = ramp
    self.lostVantages = lostVantages
    self.unknown = unknown
    self.stopped = stopped
  }
}
