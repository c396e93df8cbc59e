/// A token bucket that holds one second's worth of requests, so that a plan paced exactly at its rate is not refused for
/// the jitter of its own timer, and in any T seconds no more than rate * (T + 1) + 1 requests leave.
///
/// Rate 50: a burst of 51, then 50 every second. Rate 0.5: a burst of 2, then one every two seconds.
package struct RateBucket: Hashable, Sendable {
  private let perNanosecond: Double
  private let capacity: Double
  private var tokens: Double
  private var updated: Int64?

  /// `rate` in requests per second; one that is not positive admits nothing.
  package init(rate: Double) {
    perNanosecond = max(0, rate) / 1e9
    capacity = rate > 0 ? max(1, rate) + 1 : 0
    tokens = capacity
  }

  package mutating func take(at now: Int64) -> Bool {
    if let updated { tokens = min(capacity, tokens + Double(max(0, now - updated)) * perNanosecond) }
    updated = max(now, updated ?? now)
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
