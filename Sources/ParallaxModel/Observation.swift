/// Which part of an experiment asked for a request.
public enum Stage: UInt8, Hashable, Sendable, CaseIterable {
  case triage = 1
  case exhaust, probe, hold, confirm, recover, peel

  public var name: String { "\(self)" }
}

/// One request as the run remembers it: everything measured, nothing interpreted away.
///
/// Times are seconds on the controller's clock since the run began.
public struct Observation: Hashable, Sendable {
  /// Counts from 0 within a run.
  public var id: Int
  public var cell: Int
  public var stage: Stage
  public var planned: Double
  public var sent: Double
  /// How the connection came to stand; nil when an open one was used.
  public var connection: ConnectionPhases<Double>?
  public var firstByte: Double?
  public var end: Double
  /// How far the true times may lie from these, because another host's clock measured them.
  public var clockBound: Double
  public var answer: Answer
  public var reading: Reading

  public init(
    id: Int, cell: Int, stage: Stage, planned: Double, sent: Double,
    connection: ConnectionPhases<Double>? = nil, firstByte: Double? = nil, end: Double, clockBound: Double,
    answer: Answer, reading: Reading
  ) {
    self.id = id
    self.cell = cell
    self.stage = stage
    self.planned = planned
    self.sent = sent
    self.connection = connection
    self.firstByte = firstByte
    self.end = end
    self.clockBound = clockBound
    self.answer = answer
    self.reading = reading
  }
}

/// An observation as the experiment sees it: which cell, when it met the limiter, how it ended.
public struct Sample: Hashable, Sendable {
  public var cell: Int
  /// Estimated arrival at the target, in seconds on the controller's clock.
  public var time: Double
  /// When it was sent, on the same clock.
  public var sent: Double
  /// Seconds by which it was sent after its time. What depends on the planned order must not count on it beyond that.
  public var lateness: Double
  /// Seconds from sending to the end of the answer.
  public var latency: Double
  /// How far `time` may be off.
  public var bound: Double
  public var reading: Reading
  /// What the answer says about causes.
  public var signals: [CauseSignal]

  public init(
    cell: Int, time: Double, sent: Double, lateness: Double = 0, latency: Double, bound: Double = 0, reading: Reading,
    signals: [CauseSignal] = []
  ) {
    self.cell = cell
    self.time = time
    self.sent = sent
    self.lateness = lateness
    self.latency = latency
    self.bound = bound
    self.reading = reading
    self.signals = signals
  }
}
