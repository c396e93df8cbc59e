public import ParallaxModel

/// Exact figures of all observations of a run, however many, in memory that does not grow with them.
public struct RunTally: Sendable {
  /// How requests ended; those that never left a host are not among them.
  public struct Readings: Hashable, Sendable {
    public fileprivate(set) var passed = 0
    public fileprivate(set) var limited = 0
    /// Said nothing.
    public fileprivate(set) var void = 0

    public var all: Int { passed + limited + void }

    fileprivate mutating func add(_ ending: Ending) {
      switch ending {
      case .passed: passed += 1
      case .limited: limited += 1
      case .void: void += 1
      }
    }
  }

  /// One cell, from its requests that left a host.
  public struct Cell: Sendable {
    public fileprivate(set) var readings = Readings()
    /// Without a status line.
    public fileprivate(set) var silent = 0
    /// The latest start and the widest bound of its clock, seconds; nil without requests.
    public fileprivate(set) var latestStart: Double?
    public fileprivate(set) var clockBound: Double?
    /// From sending to the end of the answer.
    public fileprivate(set) var passedLatency = LatencyHistogram()
    public fileprivate(set) var limitedLatency = LatencyHistogram()
    /// From beginning to open a connection until TCP stood, and from there until TLS did; of its requests that had a
    /// connection opened for them.
    public fileprivate(set) var connecting = LatencyHistogram()
    public fileprivate(set) var securing = LatencyHistogram()
    /// Where its requests lie in time, by how they ended.
    public fileprivate(set) var passed = Moments()
    public fileprivate(set) var limited = Moments()
    public fileprivate(set) var void = Moments()
  }

  public struct StageFigures: Sendable {
    public fileprivate(set) var readings = Readings()
    /// When its first and its last request left, seconds since the run began.
    public fileprivate(set) var first: Double
    public fileprivate(set) var last: Double
  }

  /// A reading without its signature, which would be copied at every look.
  fileprivate enum Ending {
    case passed, limited
    case void(Reading.VoidReason)

    init(_ reading: Reading) {
      switch reading {
      case .passed: self = .passed
      case .limited: self = .limited
      case .void(let reason): self = .void(reason)
      }
    }
  }

  /// What is counted of an observation: plain numbers, handed on without counting references.
  fileprivate struct Figures {
    let stage: Stage
    let planned: Double
    let sent: Double
    let end: Double
    let clockBound: Double
    let connection: ConnectionPhases<Double>?
    let hasStatus: Bool
    let ending: Ending
  }

  /// Answers that read alike.
  public struct Kind: Sendable {
    public let reading: Reading
    public let first: Observation
    public fileprivate(set) var count: Int
  }

  /// Observations, with those that never left a host.
  public private(set) var count = 0
  public private(set) var readings = Readings()
  public private(set) var voids: [Reading.VoidReason: Int] = [:]
  /// How late requests left, seconds.
  public private(set) var lateness = LatencyHistogram()
  public private(set) var clockBound = 0.0
  public private(set) var cells: [Int: Cell] = [:]
  public private(set) var stages: [Stage: StageFigures] = [:]
  /// In the order in which they came first, at most `kindLimit`.
  public private(set) var kinds: [Kind] = []
  /// Their readings, and the place of the one that came last.
  private var readingsSeen: [Reading] = []
  private var recent = 0

  private static let kindLimit = 32

  public init() {}

  /// Observations that left a host.
  public var sent: Int { readings.all }

  public func cell(_ id: Int) -> Cell { cells[id] ?? Cell() }

  public mutating func add(_ observation: Observation) {
    count += 1
    let figures = Figures(
      stage: observation.stage, planned: observation.planned, sent: observation.sent, end: observation.end,
      clockBound: observation.clockBound, connection: observation.connection,
      hasStatus: observation.answer.status != nil, ending: Ending(observation.reading))
    clockBound = max(clockBound, figures.clockBound)
    if case .void(let reason) = figures.ending {
      voids[reason, default: 0] += 1
      if reason == .notSent { return }
    }
    readings.add(figures.ending)
    lateness.add(max(0, figures.sent - figures.planned))
    stages[figures.stage, default: StageFigures(first: figures.sent, last: figures.sent)].add(figures)
    cells[observation.cell, default: Cell()].add(figures)
    // Usually the one that came last; comparing in place copies nothing.
    if recent < readingsSeen.count, readingsSeen[recent] == observation.reading {
      kinds[recent].count += 1
    } else if let index = readingsSeen.firstIndex(of: observation.reading) {
      recent = index
      kinds[index].count += 1
    } else if kinds.count < Self.kindLimit {
      recent = kinds.count
      readingsSeen.append(observation.reading)
      kinds.append(Kind(reading: observation.reading, first: observation, count: 1))
    }
  }
}

extension RunTally.StageFigures {
  fileprivate mutating func add(_ figures: RunTally.Figures) {
    readings.add(figures.ending)
    first = min(first, figures.sent)
    last = max(last, figures.sent)
  }
}

extension RunTally.Cell {
  fileprivate mutating func add(_ figures: RunTally.Figures) {
    readings.add(figures.ending)
    if !figures.hasStatus { silent += 1 }
    let late = figures.sent - figures.planned
    latestStart = max(latestStart ?? late, late)
    clockBound = max(clockBound ?? 0, figures.clockBound)
    if let phases = figures.connection {
      if let began = phases.began { connecting.add(phases.connected - began) }
      if let secured = phases.secured { securing.add(secured - phases.connected) }
    }
    switch figures.ending {
    case .passed:
      passedLatency.add(figures.end - figures.sent)
      passed.add(figures.sent, figures.stage)
    case .limited:
      if figures.hasStatus { limitedLatency.add(figures.end - figures.sent) }
      limited.add(figures.sent, figures.stage)
    case .void: void.add(figures.sent, figures.stage)
    }
  }
}
