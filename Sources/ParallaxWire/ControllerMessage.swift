public import ParallaxModel

/// What the controller tells an agent. All instants are nanoseconds of the agent's monotonic clock.
public enum ControllerMessage: Sendable, Hashable {
  /// Opens the session and names the run.
  case hello(run: String)
  /// The vantages that this agent serves; cells of others are not its business.
  case assign([Vantage])
  /// An encoded `RequestPlan`, the same bytes for every agent. Answered by `planAccepted` or `fatal`.
  case plan([UInt8])
  /// The keys that this agent's cells need, and no others.
  case secrets([Secret])
  /// The private key of the plan's client certificate in PEM; comes before the plan.
  case clientKey(Secret)
  case lease(Lease)
  /// Answered by `pong` at once; four instants of one exchange bound the offset of the clocks.
  case ping(sequence: UInt64)
  case schedule(ScheduleOrder)
  case ramp(RampOrder)
  case flight(FlightOrder)
  /// Nothing more is sent in this session; what is unanswered gets one second more.
  case abort(reason: String)
  /// The session is over; the agent hands over what it still has and leaves.
  case bye
}

/// A credential on its way to an agent. Printing it shows the name alone.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  public var description: String { "[key:\(name)]" }
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// The right to send: without a live one an agent sends nothing, so losing the controller stops the load.
public struct Lease: Sendable, Hashable {
  /// An agent never lets a lease live longer, whatever it is told.
  public static let longestMilliseconds = 10_000

  /// How many requests the agent may have sent in the whole session; the latest lease counts.
  public var granted: Int
  /// From its arrival.
  public var validForMilliseconds: Int
  /// How many of them may be of each cell, and so of each vantage and key; nil where the sum alone counts. A cell that
  /// is not among them may not be asked at all.
  public var allotments: [Allotment]?

  public struct Allotment: Sendable, Hashable {
    public var cell: Int
    public var granted: Int

    public init(cell: Int, granted: Int) {
      self.cell = cell
      self.granted = granted
    }
  }

  public init(granted: Int, validForMilliseconds: Int, allotments: [Allotment]? = nil) {
    self.granted = granted
    self.validForMilliseconds = validForMilliseconds
    self.allotments = allotments
  }
}

/// Requests at given instants: open loop, answered by records and one `batchDone`.
public struct ScheduleOrder: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    /// When to send, which is earlier than the arrival that the experiment plans by half a round trip.
    public var at: Int64
    public var cell: Int

    public init(at: Int64, cell: Int) {
      self.at = at
      self.cell = cell
    }
  }

  /// Unique in the session over schedules, ramps and flights.
  public var batch: Int
  public var stage: Stage
  /// In any order.
  public var items: [Item]
  /// Nanoseconds before an item's instant at which its connection is opened if none is free; 0 opens none ahead.
  /// Two round trips (four with TLS) and some milliseconds are enough.
  public var lead: Int64
  /// Nanoseconds after which an answer of this batch counts as lost, when that is shorter than the plan's timeout.
  public var answerDeadline: Int64?

  public init(batch: Int, stage: Stage, items: [Item], lead: Int64 = 0, answerDeadline: Int64? = nil) {
    self.batch = batch
    self.stage = stage
    self.items = items
    self.lead = lead
    self.answerDeadline = answerDeadline
  }
}

/// An exhaust loop, run by the agent alone; answered by records and one `batchDone` with the outcome.
public struct RampOrder: Sendable, Hashable {
  public var batch: Int
  public var specification: RampSpecification
  /// When the first request is sent; in the past means at once.
  public var start: Int64
  public var answerDeadline: Int64?

  public init(batch: Int, specification: RampSpecification, start: Int64 = 0, answerDeadline: Int64? = nil) {
    self.batch = batch
    self.specification = specification
    self.start = start
    self.answerDeadline = answerDeadline
  }
}

/// So many requests under way at once, the next as soon as one is answered: what a limiter of concurrency sees. Ends
/// with the first request that may not be sent; answered by records and one `batchDone`.
public struct FlightOrder: Sendable, Hashable {
  public var batch: Int
  public var stage: Stage
  /// Asked in turn, again and again.
  public var cells: [Int]
  /// Requests under way at once.
  public var inFlight: Int
  /// Requests altogether.
  public var requests: Int
  /// When the first ones are sent; in the past means at once.
  public var start: Int64
  public var answerDeadline: Int64?

  public init(
    batch: Int, stage: Stage, cells: [Int], inFlight: Int, requests: Int, start: Int64 = 0, answerDeadline: Int64? = nil
  ) {
    self.batch = batch
    self.stage = stage
    self.cells = cells
    self.inFlight = inFlight
    self.requests = requests
    self.start = start
    self.answerDeadline = answerDeadline
  }
}
