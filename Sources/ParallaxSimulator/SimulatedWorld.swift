internal import ParallaxLimiters
public import ParallaxModel

/// A target, a fleet and a network that exist only as numbers: it performs directives as a fleet does, in virtual
/// time. A value: a copy goes on by itself, and the same world given the same directives reports the same.
///
/// The controller's clock is the true one, in seconds since 1970; a window aligned to the clock starts at multiples of
/// its length. Arrival times in reports carry the errors of the vantages' clocks and of the assumption that half of a
/// round trip is the way there; each sample says how large they may be.
public struct SimulatedWorld: Sendable {
  public var design: Design { layout.design }
  public let truth: Truth
  /// Caps as an agent keeps them: what goes beyond is not sent.
  public private(set) var budget: Budget
  /// The controller's clock.
  public internal(set) var now: Double
  /// When the run began, on the controller's clock.
  public private(set) var began: Double
  public internal(set) var requestsSent = 0
  /// Seconds after which no answer is waited for.
  public var timeout = 10.0

  let layout: WorldDesign
  var paths: [NetworkPath]
  var server: Server
  /// The share of requests that are lost, half of them on the way there.
  var lossRate: Double
  var random: SeededRandom
  /// The longest latency that each vantage has seen lately.
  var longestLatency: [Double]
  /// Requests on their way, and answers.
  var flight = EventQueue<FlightEvent>()

  init(
    layout: WorldDesign, truth: Truth, paths: [NetworkPath], server: Server, lossRate: Double, start: Double,
    random: SeededRandom, budget: Budget
  ) {
    precondition(paths.count == layout.design.vantages.count, "every vantage has its path")
    self.layout = layout
    self.truth = truth
    self.paths = paths
    self.server = server
    self.lossRate = lossRate
    self.budget = budget
    now = start
    began = start
    self.random = random
    longestLatency = paths.map(\.roundTrip)
  }

  /// Does what it is told and reports, as a fleet would.
  public mutating func perform(_ directive: Directive) -> Report {
    switch directive {
    case .schedule(let schedule): return perform(schedule)
    case .ramp(let specification): return perform(specification)
    case .wait(let seconds, _):
      now += max(0, seconds)
      return report([])
    }
  }

  /// Round trips at rest by vantage, in seconds, as agents measure them by connecting.
  public var roundTrips: [Double] { paths.map(\.roundTrip) }

  /// Begins another run on the same world: requests and time count from 0 again.
  public mutating func renewBudget(_ budget: Budget) {
    self.budget = budget
    requestsSent = 0
    began = now
  }

  func report(_ samples: [Sample], ramp: RampOutcome? = nil) -> Report {
    let lost = paths.indices.filter { paths[$0].lostAt <= now }
    return Report(
      samples: samples.sorted { $0.time < $1.time }, now: now, ramp: ramp, lostVantages: lost, stopped: stopReason)
  }

  /// Why nothing more may be sent; nil to go on.
  var stopReason: String? {
    if requestsSent >= budget.requests { return "the budget of \(budget.requests) requests is spent" }
    if now - began >= budget.duration { return "the time of \(Int(budget.duration)) s is up" }
    return nil
  }
}
