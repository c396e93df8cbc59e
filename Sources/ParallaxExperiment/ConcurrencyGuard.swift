internal import ParallaxModel

/// Where a limit may be on requests in flight, denials hold only as long as the requests that fill it: what arrives
/// after the first of them ended says nothing.
struct ConcurrencyGuard {
  /// A slower answer than this, seconds, keeps a slot long enough for probes.
  static let slowAnswer = 0.25

  /// How far arrivals and completions may be off, seconds.
  static let margin = 0.02

  /// When the first of the requests that were admitted before the first denial left the target, if it had not before
  /// that denial; nil when some had, so that they cannot have been what was counted.
  let release: Double?
  /// How many were in flight at the first denial.
  let inFlight: Int

  /// - Parameter entries: one round or ramp, sorted by time; `denied` as for the limiter in question.
  init(_ entries: [(entry: Entry, denied: Bool)]) {
    guard let first = entries.first(where: { $0.denied })?.entry.time else {
      release = nil
      inFlight = 0
      return
    }
    let before = entries.filter { !$0.denied && $0.entry.time < first }.map { Self.completion($0.entry.sample) }
    inFlight = before.count { $0 > first }
    release = inFlight == before.count ? before.min() : nil
  }

  /// When the target was done with a request: as long before its end as it took to get there.
  private static func completion(_ sample: Sample) -> Double {
    sample.sent + sample.latency - (sample.time - sample.sent)
  }
}
