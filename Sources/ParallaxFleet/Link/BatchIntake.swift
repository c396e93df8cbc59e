internal import ParallaxModel
internal import ParallaxWire

/// The records of one batch as they come in, held against what was asked for: an agent that reports a cell, a number or
/// a request that it was not given is not to be believed in anything.
struct BatchIntake: Sendable {
  let host: String
  let cells: Set<Int>
  let requests: Int
  /// Those that were not taken yet.
  private(set) var records: [AgentRecord] = []
  private var ids: Set<Int> = []
  var done: BatchDone?
  /// Why the batch is incomplete.
  var failure: ParallaxError?
  /// False only where the agent was surely not told of it.
  var mayHaveBegun = true

  init(host: String, cells: Set<Int>, requests: Int) {
    self.host = host
    self.cells = cells
    self.requests = requests
  }

  mutating func take(_ record: AgentRecord) throws {
    guard cells.contains(record.cell), ids.count < requests, ids.insert(record.id).inserted,
      record.timings.sent <= record.timings.end
    else {
      throw Self.distrust(host, "reports requests that it was not asked for")
    }
    records.append(record)
  }

  /// Whether a batch that held this many requests can have ended so.
  func canBe(_ done: BatchDone) -> Bool {
    (0...requests).contains(done.sent) && done.refused >= 0
  }

  static func distrust(_ host: String, _ what: String) -> ParallaxError {
    ParallaxError(
      .linkFailed, "the agent on \(host) \(what)",
      remedy: "do not trust this host: its agent or its link was tampered with, or run 'parallax deploy' again")
  }

  /// Hands over what came in since the last time.
  mutating func takeRecords() -> [AgentRecord] {
    defer { records = [] }
    return records
  }
}
