internal import ParallaxModel

extension Experiment {
  /// Seconds above which a wait for the cause is announced as one that may be skipped.
  public static let skippableWait = 5.0

  /// Whether it is being asked why the reference is limited: only then may a wait be cut short.
  public var asksWhy: Bool {
    if case .mystery = phase { true } else { false }
  }

  /// The rest of a wait for the cause that an interruption fell into, the time away not counted as spent on it; nil where
  /// it is over by now, or was for something else.
  mutating func restOfWait(after resumption: Resumption) -> Step? {
    guard case .mystery(var stage, let triage) = phase else { return nil }
    let rest = stage.goOn(after: resumption, notebook)
    phase = .mystery(stage, triage)
    guard case .perform(let directive, let label)? = rest else { return nil }
    lastStep = .perform(directive, label: label)
    return lastStep
  }
}
