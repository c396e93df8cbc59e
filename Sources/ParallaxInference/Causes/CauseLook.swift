public import ParallaxModel

/// One request as the inference of causes sees it.
public struct CauseLook: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable, CaseIterable {
    case limited
    /// Let through, and accepted.
    case accepted
    /// Let through by every limiter, but the key was not accepted.
    case refused
  }

  /// Seconds.
  public var time: Double
  /// Index in the design's cells.
  public var cell: Int
  public var outcome: Outcome
  /// What the denial looked like.
  public var signature: Signature?
  public var signals: [CauseSignal]

  public init(
    time: Double, cell: Int, outcome: Outcome, signature: Signature? = nil, signals: [CauseSignal] = []
  ) {
    self.time = time
    self.cell = cell
    self.outcome = outcome
    self.signature = signature
    self.signals = signals
  }

  /// nil for a sample that says nothing about a limiter.
  public init?(_ sample: Sample) {
    switch sample.reading {
    case .void: return nil
    case .passed:
      let isRefused = sample.signals.contains(.speaks(of: .credential))
      self.init(
        time: sample.time, cell: sample.cell, outcome: isRefused ? .refused : .accepted, signals: sample.signals)
    case .limited(let signature):
      self.init(
        time: sample.time, cell: sample.cell, outcome: .limited, signature: signature, signals: sample.signals)
    }
  }
}
