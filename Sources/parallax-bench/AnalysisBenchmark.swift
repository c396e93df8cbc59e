internal import ParallaxExperiment
internal import ParallaxInference
internal import ParallaxModel
internal import ParallaxSimulator

/// How long it takes to analyse many recorded observations, and how much memory: the parameters of the limiter and the
/// posterior of its scope, from one bucket's log of that length.
struct AnalysisBenchmark: Sendable {
  static let observations = 1_000_000

  /// Of the processor: what else the machine does is not counted.
  var seconds: Double
  /// The process's largest size so far.
  var megabytes: Double
  /// Whether it found the token bucket and the key that the log was made of.
  var isRight: Bool

  static func run() -> AnalysisBenchmark {
    let began = ProcessTime.seconds
    let admissions = log(of: observations)
    let fit = LimiterFit(admissions)
    let posterior = scopePosterior(admissions)
    let isRight = fit?.algorithm.name == .tokenBucket && posterior.bestPattern.raw > 0.99
    return AnalysisBenchmark(seconds: ProcessTime.seconds - began, megabytes: ProcessTime.megabytes, isRight: isRight)
  }

  /// A bucket of 500 tokens and 20 a second, asked 60 times a second with a pause after every thousand.
  private static func log(of count: Int) -> [Admission] {
    var tokens = 500.0
    var time = 0.0
    return (0..<count).map { index in
      let step = index % 1000 == 999 ? 10.0 : 1.0 / 60
      time += step
      tokens = min(500, tokens + 20 * step)
      guard tokens >= 1 else { return Admission(time: time, outcome: .denied) }
      tokens -= 1
      return Admission(time: time, outcome: .admitted)
    }
  }

  /// The denials as rounds of the usual design, in which only the reference's key is denied.
  private static func scopePosterior(_ admissions: [Admission]) -> ScopeEstimate {
    let design = SimulatedWorld.generate(seed: 1, kind: .single).design
    var posterior = ScopePosterior(lattice: Lattice(design: design))
    posterior.exhausted = 500
    let others = Array(design.cells.dropFirst())
    var asked = 0
    for start in stride(from: 0, to: admissions.count, by: 1000) {
      let round = admissions[start..<min(start + 1000, admissions.count)].filter { $0.outcome == .denied }
      let trials = round.enumerated().map { index, admission in
        let isOther = index % 20 == 11
        if isOther { asked += 1 }
        let other = others[asked % others.count]
        return ParallaxInference.Trial(
          time: admission.time, cell: isOther ? other.id : 0, limited: !isOther || !other.differs.contains(.key))
      }
      if let segment = Segment(round: trials, of: 0) { posterior.add(segment) }
    }
    return posterior.estimate()
  }
}
