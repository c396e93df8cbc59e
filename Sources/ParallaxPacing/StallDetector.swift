/// Tells a limiter that drops, resets or queues from the odd lost or late answer: only three in a row count, or six
/// of the last sixteen where a limiter lets the others through as fast as tokens come back.
/// That the target answers at all was seen before, in triage.
///
/// Losses are noticed late, so both go by the time of sending: a prompt success that was sent later ends a row.
struct StallDetector: Hashable, Sendable {
  static let row = 3
  static let window = 16
  static let share = 6

  private var lastPrompt = -Double.infinity
  private var pending: [Double] = []
  private var isStalling = false
  private var recent: [Outcome] = []

  private struct Outcome: Hashable {
    var sent: Double
    var isStall: Bool
  }

  mutating func prompt(sent: Double) {
    note(Outcome(sent: sent, isStall: false))
    lastPrompt = max(lastPrompt, sent)
    pending.removeAll { $0 < sent }
    isStalling = false
  }

  /// The send times that this stall makes count as denials, in order.
  mutating func stalled(sent: Double) -> [Double] {
    note(Outcome(sent: sent, isStall: true))
    if recent.count(where: \.isStall) >= Self.share {
      defer { pending.removeAll() }
      return (pending.filter { $0 != sent } + [sent]).sorted()
    }
    guard sent > lastPrompt else { return [] }
    pending.append(sent)
    guard isStalling || pending.count >= Self.row else { return [] }
    isStalling = true
    defer { pending.removeAll() }
    return pending.sorted()
  }

  private mutating func note(_ outcome: Outcome) {
    let place = recent.lastIndex { $0.sent <= outcome.sent }.map { $0 + 1 } ?? 0
    recent.insert(outcome, at: place)
    if recent.count > Self.window { recent.removeFirst() }
  }
}
