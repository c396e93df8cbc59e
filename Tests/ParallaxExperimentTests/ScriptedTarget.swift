internal import ParallaxExperiment
internal import ParallaxModel

/// A target that answers by a rule, in virtual time, and remembers what was asked of it.
struct ScriptedTarget {
  let design: Design
  var now = 1_750_000_000.0
  /// By label of the cell and by how often it was asked before.
  var limited: (String, Int) -> Bool
  /// Seconds by which a wait is cut short.
  var skipsWaits = false
  private(set) var asked: [String: Int] = [:]
  private(set) var waits: [(seconds: Double, reason: String)] = []
  private(set) var hasRamped = false

  static let refusal = Signature(status: 429, server: "nginx", body: "html nginx", layer: .edge)

  init(design: Design, limited: @escaping (String, Int) -> Bool) {
    self.design = design
    self.limited = limited
  }

  static func design(keys: [String] = ["a1", "a2"], hasInvalidKey: Bool = false) throws -> Design {
    let key = { (name: String) in Key(name: name, source: .environment(name)) }
    var accounts = [Account(name: "A", keys: keys.map(key)), Account(name: "B", keys: [key("b1")])]
    if hasInvalidKey { accounts.append(Account(name: Design.invalidAccount, keys: [key("nobody")])) }
    let plan = Plan(
      target: Target(url: URLParts(scheme: .https, host: "api.example", port: 443, path: "/"), permission: "a test"),
      accounts: accounts)
    return try Design.make(plan: plan, vantages: [Vantage(host: "fra1"), Vantage(host: "nyc1")])
  }

  var requests: Int { asked.values.reduce(0, +) }

  mutating func perform(_ directive: Directive) -> Report {
    var samples: [Sample] = []
    switch directive {
    case .wait(let seconds, let reason):
      waits.append((seconds, reason))
      now += skipsWaits ? min(seconds, 0.5) : seconds
    case .ramp: hasRamped = true
    case .schedule(let schedule):
      for item in schedule.items {
        let label = design.cells[item.cell].label
        let isLimited = limited(label, asked[label, default: 0])
        asked[label, default: 0] += 1
        samples.append(
          Sample(
            cell: item.cell, time: now + item.offset, sent: now + item.offset, latency: 0.04,
            reading: isLimited ? .limited(Self.refusal) : .passed))
      }
      now += (schedule.items.last?.offset ?? 0) + 0.1
    }
    return Report(samples: samples, now: now)
  }

  /// Until it is finished, or begins to load the target.
  mutating func run(_ configuration: ExperimentConfiguration) -> Conclusion? {
    var experiment = Experiment(design: design, configuration: configuration)
    var report: Report?
    while !hasRamped {
      switch experiment.next(report) {
      case .finished(let conclusion): return conclusion
      case .perform(let directive, _): report = perform(directive)
      }
    }
    return nil
  }
}
