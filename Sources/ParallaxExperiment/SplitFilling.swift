internal import ParallaxInference
internal import ParallaxModel

/// The limit filled in two parts, where its recovery left the algorithm open.
///
/// What was spent all at once comes back all at once, be it from a fixed window or from a sliding log. Of two parts, .4 of
/// a window apart, a log gives back the first alone when a window has passed, a counter hardly anything, and a fixed window
/// both; a token bucket has regained the first one when the second is asked for.
struct SplitFilling: Sendable {
  /// Requests at once.
  struct Salvo: Sendable {
    var time: Double
    var count: Int
  }

  /// In the order of time. What is known of the limit may be off: no salvo depends on the answers to another.
  let salvos: [Salvo]
  /// When the last request is sent, seconds.
  let end: Double

  /// Where one algorithm has this probability, nothing is in doubt.
  private static let certain = 0.99
  /// Of the limit: what is asked first, and what after a whole window.
  private static let shares = (first: 0.3, last: 0.6)
  /// Of the window: when the second part is asked for.
  private static let between = 0.4
  /// Requests beyond what a window with that limit has left: that they pass denies the window.
  private static let beyond = 3
  /// Seconds after a window's end, and those that a filling takes at most.
  private static let margin = 0.05
  private static let fillingTakes = 1.0
  /// Longer windows, in seconds, and larger limits take too much.
  private static let longestWindow = 75.0
  private static let largestLimit = 120.0

  /// nil where nothing is in doubt, or a salvo would take too much or too long.
  init?(after search: LimiterSearch, _ notebook: Notebook) {
    guard let fit = LimiterFit(search.admissions(notebook)), fit.hasRecovered, fit.algorithm.posterior < Self.certain
    else { return nil }
    let limit = (fit.burst ?? fit.limit).value
    // A bucket's is the time that it takes to fill.
    let window = fit.burst.map { $0.value / fit.rate } ?? fit.window.value
    guard (2...Self.largestLimit).contains(limit), window <= Self.longestWindow,
      limit / notebook.configuration.budget.rate < Self.shares.first * window
    else { return nil }
    let filled = search.lastFilling(notebook) ?? notebook.now
    let start = max(notebook.now + notebook.armDelay, filled + window + Self.fillingTakes)
    let first = max(1, Int((Self.shares.first * limit).rounded()))
    salvos = [
      Salvo(time: start, count: first),
      Salvo(time: start + Self.between * window, count: Int(limit.rounded()) - first + Self.beyond),
      Salvo(time: start + window + Self.margin, count: Int((Self.shares.last * limit).rounded(.up)) + 2),
    ]
    end = salvos[2].time + Double(salvos[2].count) / notebook.configuration.budget.rate
  }

  var requests: Int { salvos.reduce(0) { $0 + $1.count } }
}
