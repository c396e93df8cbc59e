public import ParallaxModel

/// A run as it is looked back on: what was asked from where, what was observed, and what was concluded.
public struct MeasuredRun: Sendable {
  /// A host as the inventory named it when the run began.
  public struct Host: Hashable, Sendable {
    public var name: String
    public var address: String
    public var transport: String

    public init(name: String, address: String, transport: String) {
      self.name = name
      self.address = address
      self.transport = transport
    }
  }

  public var id: String
  /// `sha256:` and 64 hexadecimal digits.
  public var planDigest: String
  /// As the user wrote it; nil where it is not at hand.
  public var planText: String?
  public var design: Design
  public var hosts: [Host]
  /// In the order in which they were acknowledged: all of them, or of a very long run as many as fit the memory.
  public var observations: [Observation] {
    didSet {
      sent = Self.sent(observations)
      tally = Self.tally(observations)
    }
  }
  /// Those of the observations that left a host, in the order of sending.
  public private(set) var sent: [Observation]
  /// Exact figures of every observation, also of those that are not kept.
  public private(set) var tally: RunTally
  /// Requests that an interruption may have sent and whose answers nobody recorded.
  public var unknownRequests: Int
  /// Seconds that the target's name took to look up, once for all; nil where that was not measured.
  public var nameLookup: Double?
  /// nil while the run has none: it goes on, or was interrupted.
  public var verdict: Verdict?

  public init(
    id: String, planDigest: String, planText: String? = nil, design: Design, hosts: [Host] = [],
    observations: [Observation], unknownRequests: Int = 0, verdict: Verdict?
  ) {
    self.init(
      id: id, planDigest: planDigest, planText: planText, design: design, hosts: hosts, kept: observations,
      tally: Self.tally(observations), unknownRequests: unknownRequests, verdict: verdict)
  }

  /// - Parameter observed: the run's observations as they were read one by one.
  public init(
    id: String, planDigest: String, planText: String? = nil, design: Design, hosts: [Host] = [],
    observed: ObservationCollector, unknownRequests: Int = 0, verdict: Verdict?
  ) {
    self.init(
      id: id, planDigest: planDigest, planText: planText, design: design, hosts: hosts, kept: observed.kept,
      tally: observed.tally, unknownRequests: unknownRequests, verdict: verdict)
  }

  private init(
    id: String, planDigest: String, planText: String?, design: Design, hosts: [Host], kept: [Observation],
    tally: RunTally, unknownRequests: Int, verdict: Verdict?
  ) {
    self.id = id
    self.planDigest = planDigest
    self.planText = planText
    self.design = design
    self.hosts = hosts
    observations = kept
    sent = Self.sent(kept)
    self.tally = tally
    self.unknownRequests = unknownRequests
    self.verdict = verdict
  }

  /// Whether the observations are all that there were.
  public var isWhole: Bool { observations.count == tally.count }

  private static func tally(_ observations: [Observation]) -> RunTally {
    var tally = RunTally()
    for observation in observations { tally.add(observation) }
    return tally
  }

  private static func sent(_ observations: [Observation]) -> [Observation] {
    observations.filter { $0.reading != .void(.notSent) }.sorted { ($0.sent, $0.id) < ($1.sent, $1.id) }
  }

  /// Those that left a host, each with when it must have met the limiter: half of the shortest way there and back from
  /// its vantage after it was sent. In that order.
  var arrivals: [(observation: Observation, time: Double)] {
    var shortest: [Int: Double] = [:]
    for observation in sent where observation.answer.status != nil {
      let vantage = design.cells[observation.cell].vantage
      let way = (observation.firstByte ?? observation.end) - observation.sent
      shortest[vantage] = min(shortest[vantage] ?? .infinity, max(0, way))
    }
    return sent.map { ($0, $0.sent + (shortest[design.cells[$0.cell].vantage] ?? 0) / 2) }
      .sorted { ($0.1, $0.0.id) < ($1.1, $1.0.id) }
  }

  /// When the run began, seconds since 1970, as its name says: `20261124T061500Z-7f3a`. nil for another name.
  public var began: Double? { RunClock.seconds(ofRun: id) }
}

/// Reads the time out of a run's name.
enum RunClock {
  static func seconds(ofRun id: String) -> Double? {
    let digits = Array(id.utf8)
    guard digits.count >= 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
    func number(_ range: Range<Int>) -> Int? { Int(String(decoding: digits[range], as: UTF8.self)) }
    guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
      let minute = number(11..<13), let second = number(13..<15), (1...12).contains(month)
    else { return nil }
    return Double(days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second)
  }

  /// Days since 1970 in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms", 2013).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146097 + dayOfEra - 719468
  }
}
