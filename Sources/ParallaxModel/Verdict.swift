/// The answer to the question, with its grounds: what `--json` prints.
public struct Verdict: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case determined, inconclusive, aborted
    case noLimitObserved = "no_limit_observed"

    public var exitStatus: ExitStatus {
      switch self {
      case .determined: .determined
      case .inconclusive: .inconclusive
      case .noLimitObserved: .noLimitObserved
      case .aborted: .aborted
      }
    }
  }

  /// Why there is no answer, and what would give one.
  public struct Inconclusive: Hashable, Sendable {
    public var because: String
    public var toSettle: String
    /// What `toSettle` says, to be done by a program; empty where only the sentence is known, as in a stored verdict.
    public var steps: [NextStep]

    public init(because: String, toSettle: String) {
      self.because = because
      self.toSettle = toSettle
      steps = []
    }

    /// - Parameters:
    ///   - steps: to be taken together.
    ///   - more: further advice, for people.
    public init(because: String, steps: [NextStep], more: [String] = []) {
      self.because = because
      toSettle = (more + steps.map(\.sentence)).joined(separator: "; ")
      self.steps = steps
    }
  }

  public var run: String
  /// `sha256:` and 64 hexadecimal digits.
  public var planDigest: String
  public var status: Status
  public var limiters: [Limiter]
  public var causes: [Cause]
  public var inconclusive: Inconclusive?
  /// What was noticed beside the question, each in a sentence.
  public var notes: [String]
  public var requestsSent: Int
  /// Seconds.
  public var duration: Double

  public init(
    run: String, planDigest: String, status: Status, limiters: [Limiter], causes: [Cause],
    inconclusive: Inconclusive?, notes: [String] = [], requestsSent: Int, duration: Double
  ) {
    self.run = run
    self.planDigest = planDigest
    self.status = status
    self.limiters = limiters
    self.causes = causes
    self.inconclusive = inconclusive
    self.notes = notes
    self.requestsSent = requestsSent
    self.duration = duration
  }
}

extension Verdict {
  /// A conclusion with the data of its run.
  public init(run: String, planDigest: String, conclusion: Conclusion, requestsSent: Int, duration: Double) {
    self.init(
      run: run, planDigest: planDigest, status: conclusion.status, limiters: conclusion.limiters,
      causes: conclusion.causes, inconclusive: conclusion.inconclusive, notes: conclusion.notes,
      requestsSent: requestsSent, duration: duration)
  }
}

/// What the experiment concludes, before the run's own data (its name, digest, counts) are added to it.
public struct Conclusion: Hashable, Sendable {
  public var status: Verdict.Status
  public var limiters: [Limiter]
  public var causes: [Cause]
  public var inconclusive: Verdict.Inconclusive?
  /// What was noticed beside the question, each in a sentence.
  public var notes: [String]

  public init(
    status: Verdict.Status, limiters: [Limiter] = [], causes: [Cause] = [],
    inconclusive: Verdict.Inconclusive? = nil, notes: [String] = []
  ) {
    self.status = status
    self.limiters = limiters
    self.causes = causes
    self.inconclusive = inconclusive
    self.notes = notes
  }
}

/// Why a fresh key is limited, with the probability that this is the reason.
public struct Cause: Hashable, Sendable {
  /// One of the names in the list of causes, such as `account_quota_spent`.
  public var cause: String
  public var posterior: Double
  public var because: String
  /// What to do next.
  public var next: String
  /// What would show a scope all the same; nil where only `next` is known, as in a stored verdict.
  public var step: NextStep?

  public init(cause: String, posterior: Double, because: String, next: String, step: NextStep? = nil) {
    self.cause = cause
    self.posterior = posterior
    self.because = because
    self.next = next
    self.step = step
  }
}
