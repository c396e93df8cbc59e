internal import ParallaxInference
internal import ParallaxModel

/// The posterior as it grew, computed anew from what was observed.
///
/// A journal holds observations, not the experiment's state. What came between two refusals of the reference is fed to
/// the same inference in the same order. What needs the experiment's own plan is not replayed: the repetition that
/// confirms *everyone*, the check of the scope while the limit recovers, and the search for a further limiter. The verdict
/// itself stands at the end.
public struct ScopeReplay: Sendable {
  /// The probabilities after some requests.
  public struct Moment: Sendable {
    /// Requests sent so far, and the time of the last of them in seconds since the run began.
    public var requests: Int
    public var time: Double
    /// By answer, each a set of scopes as names of dimensions; the most probable first.
    public var answers: [(scopes: [[String]], posterior: Double)]
    /// By cell, the probability that it shares the drained bucket.
    public var shared: [Double]
  }

  public let moments: [Moment]

  private typealias Arrival = (observation: Observation, time: Double)

  /// More requests of the reference in a row than this, passed, and it was not drained any more.
  private static let reopened = 6
  /// Requests further apart than this, seconds, belong to different rounds.
  private static let pause = 0.11
  private static let momentLimit = 80
  private static let momentsPerRound = 12
  /// No experiment decides by more; with more this would take minutes, for no other picture.
  private static let trialLimit = 4000

  /// Empty where nothing was refused, or where the limiter delays instead of refusing.
  public init(_ run: MeasuredRun) {
    guard let refusal = Refusal(of: run), refusal.signature.effect != .delay else {
      moments = []
      return
    }
    var posterior = ScopePosterior(lattice: Lattice(design: run.design))
    var moments: [Moment] = []
    let rounds = Self.rounds(run.arrivals)
    var requests = 0
    // Probes that no refusal of the reference has followed yet: the next round's first one does.
    var open: [Trial] = []
    for round in rounds {
      let trials = round.compactMap { observation, time in
        refusal.denied(observation).map { Trial(time: time, cell: observation.cell, limited: $0) }
      }
      defer { requests += round.count }
      switch round[0].observation.stage {
      case .triage:
        for trial in trials { posterior.addIdle(trial) }
        continue
      case .exhaust, .probe, .hold: break
      case .confirm, .recover, .peel: continue
      }
      var counted = trials
      if posterior.exhausted == nil {
        let own = trials.filter { $0.cell == 0 }
        guard let start = Self.saturation(own) else { continue }
        posterior.exhausted = own[..<start].count { !$0.limited }
        counted = trials.filter { $0.time >= own[start].time }
      }
      // A round that asks the reference only at its end goes on from the refusal before it.
      let goesOn = !open.isEmpty || counted.count { $0.cell == 0 } == 1
      let last = goesOn ? posterior.segments.last?.trials.last : nil
      counted = open + counted.prefix(Self.trialLimit)
      let segment = Segment(round: counted, of: 0, after: last)
      open = counted.filter { $0.time > segment?.trials.last?.time ?? last?.time ?? .infinity }
      if open.contains(where: { $0.cell == 0 }) { open = [] }
      guard let segment else { continue }
      // One moment per probe: what was known of it once the refusal that closes its round was in.
      let closing = segment.trials[segment.trials.count - 1]
      let probes = segment.trials.indices.dropLast().filter { segment.trials[$0].cell != 0 }
      for end in Self.thinned(probes, to: Self.momentsPerRound) {
        var grown = posterior
        grown.add(
          Segment(opening: segment.opening, trials: segment.trials[...end] + [closing], goesOn: segment.goesOn))
        let time = segment.trials[end].time
        let sent = requests + round.count { $0.time <= time }
        moments.append(Self.moment(&grown, requests: sent, time: time, design: run.design))
      }
      posterior.add(segment)
      moments.append(
        Self.moment(
          &posterior, requests: requests + round.count { $0.time <= closing.time }, time: closing.time,
          design: run.design))
      // As the experiment does: where tokens come back, the probes' own buckets are taken to regain some too.
      let estimate = posterior.estimate()
      posterior.ownRefill = (estimate.family[.refill] ?? 0) > 0.5 ? 0.7 * estimate.refillRate : 0
    }
    self.moments = Self.thinned(moments, to: Self.momentLimit)
  }

  private static func moment(
    _ posterior: inout ScopePosterior, requests: Int, time: Double, design: Design
  ) -> Moment {
    let estimate = posterior.estimate()
    return Moment(
      requests: requests, time: time,
      answers: estimate.answers(above: 0.001).map { answer in
        (answer.scopes.map { $0.names(further: design.dimensions) }, answer.posterior)
      },
      shared: design.cells.map { $0.id == 0 ? 1 : estimate.shared($0.id) })
  }

  /// Stretches of one stage without a pause: what was planned together.
  private static func rounds(_ arrivals: [Arrival]) -> [[Arrival]] {
    var rounds: [[Arrival]] = []
    for arrival in arrivals {
      if let last = rounds.last?.last, last.observation.stage == arrival.observation.stage,
        arrival.observation.stage != .probe || arrival.time - last.time <= pause
      {
        rounds[rounds.count - 1].append(arrival)
      } else {
        rounds.append([arrival])
      }
    }
    return rounds
  }

  /// Index of the first denial after which the reference was never open for long.
  private static func saturation(_ own: [Trial]) -> Int? {
    var restart = 0
    var run = 0
    for (index, trial) in own.enumerated() {
      run = trial.limited ? 0 : run + 1
      if run >= reopened { restart = index + 1 }
    }
    return own.indices.first { $0 >= restart && own[$0].limited }
  }

  /// Evenly fewer where there are many; the first and the last stay.
  private static func thinned<T>(_ items: [T], to limit: Int) -> [T] {
    guard items.count > limit else { return items }
    return (0..<limit).map { items[$0 * (items.count - 1) / (limit - 1)] }
  }
}
