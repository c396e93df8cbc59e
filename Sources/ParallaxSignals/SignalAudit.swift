public import ParallaxModel

/// Holds what answers declare against what then happened: signals that are false are findings.
public enum SignalAudit {
  /// One request of one cell, with what its answer declared.
  public struct Entry: Sendable {
    public var cell: Int
    /// When it was sent, seconds.
    public var time: Double
    public var reading: Reading
    public var declared: Declarations

    public init(cell: Int, time: Double, reading: Reading, declared: Declarations) {
      self.cell = cell
      self.time = time
      self.reading = reading
      self.declared = declared
    }
  }

  /// Seconds within which a declared time counts as true: headers are rounded to whole seconds.
  private static let tolerance = 1.5
  /// Answers in a row that must show the same remaining count before it is called constant.
  private static let constantRun = 5

  /// At most one finding of each kind and cell.
  ///
  /// - Parameter entries: in the order in which they were sent.
  public static func findings(_ entries: [Entry]) -> [SignalFinding] {
    var findings: [SignalFinding] = []
    for cell in Set(entries.map(\.cell)).sorted() {
      let own = entries.filter { $0.cell == cell }
      findings += [waitTooLong(own), waitTooShort(own), constantRemaining(own)].compactMap { $0 }
    }
    return findings
  }

  /// A request passed well before the refusal said that one would.
  private static func waitTooLong(_ entries: [Entry]) -> SignalFinding? {
    for (refused, next) in zip(entries, entries.dropFirst()) {
      guard case .limited = refused.reading, case .passed = next.reading,
        let wait = refused.declared.retryAfter
      else { continue }
      let waited = next.time - refused.time
      guard waited < wait - tolerance, waited < wait * 0.9 else { continue }
      return SignalFinding(
        kind: .untrue, field: "retry-after",
        text: "it asked to wait \(shown(wait)) s, but a request passed after \(shown(waited)) s")
    }
    return nil
  }

  /// A request was refused although the client had kept silent for as long as it was told.
  private static func waitTooShort(_ entries: [Entry]) -> SignalFinding? {
    for (refused, next) in zip(entries, entries.dropFirst()) {
      guard case .limited = refused.reading, case .limited = next.reading,
        let wait = refused.declared.retryAfter
      else { continue }
      let waited = next.time - refused.time
      guard waited > wait + tolerance else { continue }
      return SignalFinding(
        kind: .untrue, field: "retry-after",
        text: "it asked to wait \(shown(wait)) s, but after \(shown(waited)) s of silence the next was refused too")
    }
    return nil
  }

  /// Requests pass, the window does not turn, and the remaining count stays where it was.
  private static func constantRemaining(_ entries: [Entry]) -> SignalFinding? {
    var run = 0
    var last: (remaining: Double, time: Double, reset: Double?)?
    for entry in entries {
      guard case .passed = entry.reading, let policy = entry.declared.binding, let remaining = policy.remaining else {
        (run, last) = (0, nil)
        continue
      }
      if let previous = last, previous.remaining == remaining,
        entry.time < previous.time + (previous.reset ?? .infinity)
      {
        run += 1
      } else {
        run = 1
      }
      last = (remaining, entry.time, policy.reset)
      if run >= constantRun {
        return SignalFinding(
          kind: .untrue, field: "remaining",
          text: "it stayed at \(shown(remaining)) over \(run) requests that passed")
      }
    }
    return nil
  }

  private static func shown(_ value: Double) -> String { NumberText.shown((value * 10).rounded() / 10) }
}
