internal import ParallaxExperiment
internal import ParallaxModel
internal import ParallaxSimulator

/// A whole experiment on a mystery world.
struct MysteryRun {
  var kind: MysteryKind
  /// nil where the reference passed in triage, or does again, and the search for a scope began.
  var conclusion: Conclusion?
  var requests: Int
  var seconds: Double
  /// Requests until the first wait.
  var requestsBeforeWaiting: Int?

  init(_ start: MysteryWorld, seed: UInt64, mysterySeconds: Double, triageOnly: Bool = false) {
    var world = start
    kind = world.kind
    var experiment = Experiment(
      design: world.design,
      configuration: ExperimentConfiguration(
        budget: Budget(requests: 500, rate: 50, duration: 200_000), seed: seed, triageOnly: triageOnly,
        mysterySeconds: mysterySeconds))
    var report: Report?
    loop: while true {
      switch experiment.next(report) {
      case .finished(let conclusion):
        self.conclusion = conclusion
        break loop
      case .perform(.ramp, _): break loop
      case .perform(let directive, _):
        if case .wait = directive { requestsBeforeWaiting = requestsBeforeWaiting ?? world.requestsSent }
        report = world.perform(directive)
      }
    }
    requests = world.requestsSent
    seconds = world.now - start.now
  }

  /// Addresses limited and blocked differ only in what time shows; the prototype counts them as one cause.
  static let address: Set = ["ip_limited", "ip_blocked"]

  /// The cause that was decided; nil for a set.
  var decided: String? {
    conclusion.flatMap { $0.status == .determined || $0.status == .noLimitObserved ? $0.causes.first?.cause : nil }
  }

  var isWrong: Bool { decided.map { $0 != kind.cause } ?? false }

  var isDecidedByFamily: Bool {
    guard let causes = conclusion?.causes else { return false }
    let family = Self.address.contains(kind.cause) ? Self.address : [kind.cause]
    return causes.filter { family.contains($0.cause) }.reduce(0) { $0 + $1.posterior } >= 0.95
  }

  /// Whether the smallest set with 98 % of the probability holds the truth.
  var holdsTruth: Bool {
    var sum = 0.0
    return conclusion?.causes.contains { cause in
      defer { sum += cause.posterior }
      return sum < 0.98 && cause.cause == kind.cause
    } ?? false
  }
}
