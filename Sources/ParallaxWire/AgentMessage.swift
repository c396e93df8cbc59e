public import ParallaxModel

/// What an agent tells the controller. All instants are nanoseconds of the agent's monotonic clock.
public enum AgentMessage: Sendable, Hashable {
  /// The first frame, sent unasked as soon as the agent runs.
  case hello(AgentHello)
  /// The digest of the plan as the agent received it; it must be the controller's own.
  case planAccepted(digest: String)
  case pong(sequence: UInt64, receivedAt: Int64, sentAt: Int64)
  case records([AgentRecord])
  /// Follows the last record of its batch.
  case batchDone(BatchDone)
  /// For the diagnostics of a run; never holds a secret.
  case log(String)
  /// A stop rule is broken: the agent sends nothing more in this session. What is under way is still recorded.
  case stopped(reason: String)
  /// The session cannot go on; the agent leaves after it. `code` is one of `plan_invalid`, `method_refused`,
  /// `secret_invalid`, `protocol_error`, `internal`.
  case fatal(code: String, text: String)
}

public struct AgentHello: Sendable, Hashable {
  /// Of the agent, such as `1.0.0`.
  public var version: String
  /// As `uname -m` says it: `x86_64`, `aarch64`.
  public var architecture: String
  public var processID: Int
  /// The agent's clock when it wrote this.
  public var now: Int64

  public init(version: String, architecture: String, processID: Int, now: Int64) {
    self.version = version
    self.architecture = architecture
    self.processID = processID
    self.now = now
  }
}

public struct BatchDone: Sendable, Hashable {
  public var batch: Int
  /// Present when the batch was a ramp. Its times are seconds of the agent's monotonic clock.
  public var outcome: RampOutcome?
  /// Requests of this batch that were admitted, each charged to the lease even if its connection failed.
  public var sent: Int
  /// Requests of this batch that the agent refused to send.
  public var refused: Int
  /// Requests charged in the whole session.
  public var charged: Int

  public init(batch: Int, outcome: RampOutcome? = nil, sent: Int, refused: Int, charged: Int) {
    self.batch = batch
    self.outcome = outcome
    self.sent = sent
    self.refused = refused
    self.charged = charged
  }
}

/// One request as the agent saw it.
public struct AgentRecord: Sendable, Hashable {
  /// Counts from 0 within the session of one agent.
  public var id: Int
  public var batch: Int
  public var cell: Int
  public var stage: Stage
  /// Where nothing was written, `sent` is when the agent set about it (and waited for a connection in vain).
  public var timings: Timings
  public var answer: Answer
  /// Why it was not sent; present exactly when `answer.failure` is `.notSent`.
  public var refusal: Refusal?

  public init(
    id: Int, batch: Int, cell: Int, stage: Stage, timings: Timings, answer: Answer, refusal: Refusal? = nil
  ) {
    self.id = id
    self.batch = batch
    self.cell = cell
    self.stage = stage
    self.timings = timings
    self.answer = answer
    self.refusal = refusal
  }
}

/// Why an agent did not send a request.
public enum Refusal: UInt8, Sendable, Hashable, CaseIterable {
  /// No lease was ever granted, or the last one ran out.
  case leaseExpired = 1
  /// As many requests were sent as the lease grants.
  case leaseSpent
  /// The plan's number of requests is spent.
  case budgetSpent
  /// The plan's rate would be exceeded.
  case rate
  /// The plan's duration is over.
  case duration
  /// The agent's own ceiling, whatever the plan says.
  case ceiling
  case aborted
  /// The controller does not read the records.
  case backlog
  /// Too many requests are unanswered, or the host gives no more sockets.
  case connections
  /// The cell is not this agent's, or its key is missing.
  case unprepared
  /// The lease grants no more of this cell.
  case allotmentSpent
}
