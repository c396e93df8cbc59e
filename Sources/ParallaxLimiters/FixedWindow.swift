internal import Glibc

/// At most `limit` within a window; when the window ends the count starts at 0 again.
///
/// Worked numbers for 3 per 60 s. Aligned to the clock: at 59.7, 59.8, 59.9 pass, 59.95 denied, 60.0 passes.
/// Anchored at the first request: 59.7, 59.8, 59.9 pass, and the next one passes at 119.7. A daily quota is a window
/// of 86,400 s.
public struct FixedWindow: AdmissionRule {
  /// Where windows begin.
  public enum Alignment: Sendable, Hashable, CaseIterable {
    /// At multiples of the window on the server's clock.
    case clock
    /// At the first request after the last window has ended (`INCR` and `EXPIRE` in Redis).
    case firstRequest
  }

  public struct Bucket: Sendable {
    var start: Double
    var used: Double
  }

  public var limit: Double
  /// Seconds.
  public var window: Double
  public var alignment: Alignment
  /// Whether denied requests go on counting. That matters to what the counter says, not to who is let through.
  public var countsRejected: Bool

  public init(limit: Double, window: Double, alignment: Alignment, countsRejected: Bool = false) {
    self.limit = limit
    self.window = window
    self.alignment = alignment
    self.countsRejected = countsRejected
  }

  public func makeBucket(at time: Double) -> Bucket {
    Bucket(start: start(at: time), used: 0)
  }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    if offer.time >= bucket.start + window { bucket = makeBucket(at: offer.time) }
    let allowed = bucket.used + offer.cost <= limit
    if allowed || countsRejected { bucket.used += offer.cost }
    return allowed ? .pass : .deny
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    time >= bucket.start + window ? 0 : bucket.used / limit
  }

  public func scaled(by factor: Double) -> FixedWindow {
    var rule = self
    rule.limit = max(1, (limit * factor).rounded(.down))
    return rule
  }

  private func start(at time: Double) -> Double {
    switch alignment {
    case .clock: floor(time / window) * window
    case .firstRequest: time
    }
  }
}
