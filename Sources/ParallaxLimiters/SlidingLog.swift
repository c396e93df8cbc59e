/// At most `limit` within any `window` seconds: the times of all requests are kept.
///
/// Worked numbers for 3 per 60 s: requests at 0, 10, 20 pass, 30 is denied; at 60.1 one passes (the one at 0 has left),
/// at 60.2 none does. With `countsRejected` the denied one at 30 is in the log too, so that at 60.1 it is still full:
/// whoever polls faster than the limit is never let in again.
public struct SlidingLog: AdmissionRule {
  public struct Bucket: Sendable {
    var entries: [Entry] = []
    /// Entries before this one have left the window; they are removed in batches.
    var head = 0
    var used = 0.0
  }

  struct Entry: Sendable {
    var time: Double
    var cost: Double
  }

  public var limit: Double
  /// Seconds.
  public var window: Double
  public var countsRejected: Bool

  public init(limit: Double, window: Double, countsRejected: Bool = false) {
    self.limit = limit
    self.window = window
    self.countsRejected = countsRejected
  }

  public func makeBucket(at time: Double) -> Bucket { Bucket() }

  public func admit(_ offer: Offer, _ bucket: inout Bucket) -> Decision {
    bucket.forget(until: offer.time - window)
    let allowed = bucket.used + offer.cost <= limit
    if allowed || countsRejected {
      bucket.entries.append(Entry(time: offer.time, cost: offer.cost))
      bucket.used += offer.cost
      // A log of rejected requests is trimmed by those who keep one: three times the limit is enough to stay full.
      if !allowed && bucket.used > 3 * limit { bucket.dropOldest() }
    }
    return allowed ? .pass : .deny
  }

  public func usage(of bucket: Bucket, at time: Double) -> Double {
    var bucket = bucket
    bucket.forget(until: time - window)
    return bucket.used / limit
  }

  public func scaled(by factor: Double) -> SlidingLog {
    var rule = self
    rule.limit = max(1, (limit * factor).rounded(.down))
    return rule
  }
}

extension SlidingLog.Bucket {
  mutating func forget(until time: Double) {
    while head < entries.count && entries[head].time <= time { dropOldest() }
  }

  mutating func dropOldest() {
    used -= entries[head].cost
    head += 1
    if head == entries.count {
      entries.removeAll(keepingCapacity: true)
      head = 0
      used = 0
    } else if head >= 64 && 2 * head >= entries.count {
      entries.removeFirst(head)
      head = 0
    }
  }
}
