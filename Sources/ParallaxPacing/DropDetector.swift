internal import ParallaxModel

/// Tells a limiter that drops or resets from the odd lost answer: only three in a row, after a success, count.
///
/// Lost answers are noticed late, so the row is by time of sending: a success that was sent later clears it.
struct DropDetector: Hashable, Sendable {
  static let row = 3

  private var lastPassed: Double?
  private var pending: [Double] = []
  private var isDropping = false

  mutating func passed(sent: Double) {
    lastPassed = max(lastPassed ?? sent, sent)
    pending.removeAll { $0 < sent }
    isDropping = false
  }

  /// The send times that this loss makes count as denials, in order.
  mutating func void(_ reason: Reading.VoidReason, sent: Double) -> [Double] {
    guard reason == .silence || reason == .reset, let lastPassed, sent > lastPassed else { return [] }
    if isDropping { return [sent] }
    pending.append(sent)
    guard pending.count >= Self.row else { return [] }
    isDropping = true
    defer { pending.removeAll() }
    return pending.sorted()
  }
}
