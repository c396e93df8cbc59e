internal import Glibc
internal import ParallaxInference

/// When a limit that everyone shares would open again, and whether it opening then tells it from an outage that began
/// while the reference was being exhausted.
///
/// A window ends at a full minute, or as long after its first request as it lasts; an outage ends at any time. So the
/// reference is asked just before and just after such a moment, and the witness before it. All times are seconds on the
/// notebook's clock.
struct ResetTiming: Sendable {
  enum Look: Sendable {
    /// Just before and just after, in one schedule: what comes back from the first would be too late for the second.
    case around(Double)
    /// Once, with the witness: that both are still denied tells how long it has lasted.
    case withWitness(Double)

    /// When the first request should arrive.
    var time: Double {
      switch self {
      case .around(let end): end - ResetTiming.margin
      case .withWitness(let time): time
      }
    }
  }

  private struct End {
    var time: Double
    /// Probability that the window of a limiter, if it is one, ends there.
    var weight: Double
  }

  /// Seconds before and after an expected end: as near as clocks allow.
  static let margin = 0.3
  /// Windows that begin with full minutes, hours and so on, and those that begin with the first request.
  private static let aligned = [(10.0, 0.05), (60, 0.2), (3600, 0.08)]
  private static let anchored = [(10.0, 0.05), (60, 0.12)]
  /// All other ends: evenly over the logarithm of the time, from half a second to a day.
  private static let diffuse = 0.4
  private static let decades = log(86_400 / 0.5)

  /// The first denial.
  let closed: Double
  private let ends: [End]
  /// In order of time.
  let looks: [Look]

  /// - Parameters:
  ///   - first: the first request of all.
  ///   - notebook: where the calendar is unknown, windows that are aligned to it are left out.
  ///   - needed: seconds after which an outage would be unlikely enough.
  init(closed: Double, first: Double, notebook: Notebook, needed: Double) {
    self.closed = closed
    var ends = Self.anchored.map { End(time: first + $0.0, weight: $0.1) }
    ends += Self.aligned.compactMap { length, weight in
      notebook.nextFull(length, after: closed).map { End(time: $0, weight: weight) }
    }
    self.ends = ends.filter { $0.time > closed }
    let looks = self.ends.map { Look.around($0.time) } + [.withWitness(closed + needed)]
    self.looks = looks.sorted { $0.time < $1.time }
  }

  /// How much likelier it is that an outage ends between two times than that a limit does.
  func oddsOfOutage(denied: Double, passed: Double) -> Double {
    let (from, to) = (max(0.5, denied - closed), max(0.6, passed - closed))
    let outage = ScopePosterior.shareOfOutages(longerThan: from) - ScopePosterior.shareOfOutages(longerThan: to)
    let expected = ends.filter { denied < $0.time && $0.time < passed }.reduce(0) { $0 + $1.weight }
    return outage / (expected + Self.diffuse * log(to / from) / Self.decades)
  }
}
