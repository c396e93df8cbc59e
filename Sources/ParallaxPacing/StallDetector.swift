/// Tells a limiter that drops, resets or queues from the odd lost or late answer: only three in a row count.
/// That the target answers at all was seen before, in triage.
///
/// Losses are noticed late, so the row is by time of sending: a prompt success that was sent later clears it.
struct StallDetector: Hashable, Sendable {
  static let row = 3

  private var lastPrompt = -Double.infinity
  private var pending: [Double] = []
  private var isStalling = false

  mutating func prompt(sent: Double) {
    lastPrompt = max(lastPrompt, sent)
    pending.removeAll { $0 < sent }
    isStalling = false
  }

  /// The send times that this stall makes count as denials, in order.
  mutating func stalled(sent: Double) -> [Double] {
    guard sent > lastPrompt else { return [] }
    pending.append(sent)
    guard isStalling || pending.count >= Self.row else { return [] }
    isStalling = true
    defer { pending.removeAll() }
    return pending.sorted()
  }
}
