/// What an experiment may spend, and how sure it has to be.
public struct ExperimentConfiguration: Sendable, Hashable {
  /// Caps over all vantages. The experiment plans within them; agents enforce them.
  public var budget: Budget
  /// Orders of probes are drawn from it: the same seed and the same reports give the same directives.
  public var seed: UInt64
  /// The posterior at which a scope is called determined.
  public var threshold: Double
  /// Seconds between planned arrivals of consecutive requests from different hosts.
  public var acrossHosts: Double
  /// Seconds between planned arrivals of consecutive requests from one host.
  public var sameHost: Double
  /// First estimate of the seconds from the end of one directive to the first request of the next; measured from
  /// then on.
  public var controlGap: Double
  /// Seconds that may be spent on how the limiter recovers, for algorithm, window and rate, once its scope is known.
  /// With 0 they are fitted from what was sent anyway.
  public var recoverySeconds: Double
  /// Seconds that may be spent on looking for a second limiter, beneath the first or hidden by it; 0 for not looking.
  public var peelSeconds: Double
  /// Only triage and what it tells about causes; nothing is exhausted.
  public var triageOnly: Bool
  /// Seconds that may be spent on why the reference is limited while fresh. Longer than an hour or a day lets it look
  /// again just after the next full hour and midnight. With 0 there is no waiting, and a mere triage ends with at most
  /// three requests more than there are cells.
  public var mysterySeconds: Double
  /// What the clock of the reports is at zero, in seconds since 1970: windows may be aligned to the clock.
  public var clockOrigin: Double

  public init(
    budget: Budget = Budget(), seed: UInt64 = 0, threshold: Double = 0.99, acrossHosts: Double = 0.012,
    sameHost: Double = 0.005, controlGap: Double = 0.2, recoverySeconds: Double = 0, peelSeconds: Double = 0,
    triageOnly: Bool = false, mysterySeconds: Double = 240, clockOrigin: Double = 0
  ) {
    self.budget = budget
    self.seed = seed
    self.threshold = threshold
    self.acrossHosts = acrossHosts
    self.sameHost = sameHost
    self.controlGap = controlGap
    self.recoverySeconds = recoverySeconds
    self.peelSeconds = peelSeconds
    self.triageOnly = triageOnly
    self.mysterySeconds = mysterySeconds
    self.clockOrigin = clockOrigin
  }
}
