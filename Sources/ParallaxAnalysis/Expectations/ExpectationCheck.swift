public import ParallaxModel

/// Holds what a plan promises against what a run has shown. Each promise is kept, broken or unknown; what was not
/// measured is never called kept.
public struct ExpectationCheck: Sendable {
  let run: MeasuredRun

  public init(_ run: MeasuredRun) { self.run = run }

  public func results(_ expectations: [Expectation]) -> [ExpectationResult] { expectations.flatMap(results) }

  func results(_ expectation: Expectation) -> [ExpectationResult] {
    var results: [ExpectationResult] = []
    func add(_ name: String, _ finding: Finding) {
      results.append(
        ExpectationResult(name: name, outcome: finding.outcome, because: finding.because, line: expectation.line))
    }
    if let scope = expectation.scope { add("scope: [\(scope.joined(separator: ", "))]", self.scope(scope)) }
    let measured = MeasuredLimiter(run, expectation)
    if let limit = expectation.limit { add("limit: \(Self.shown(limit, expectation.window))", measured.limit(limit)) }
    if let window = expectation.window, expectation.limit == nil {
      add("window: \(Shown.number(window))s", measured.window(window))
    }
    if let burst = expectation.burst { add("burst: \(Shown.number(burst))", measured.burst(burst)) }
    if let algorithm = expectation.algorithm { add("algorithm: \(algorithm.rawValue)", measured.algorithm(algorithm)) }
    if let bits = expectation.prefix { add("prefix: /\(bits)", measured.prefix(bits)) }
    if let count = expectation.refusesAfter {
      add("refuses_after: \(count)", refuses(after: count, tolerance: expectation.tolerance))
    }
    if let status = expectation.refusal { add("refusal: \(status)", refusal(status)) }
    for dimension in expectation.isolated { add("isolated: [\(dimension)]", isolation(of: dimension)) }
    let signals = DeclaredTimes(run)
    if let honesty = expectation.retryAfter {
      add("retry_after: \(honesty.rawValue)", signals.check(.retryAfter, honesty))
    }
    if let honesty = expectation.reset { add("reset: \(honesty.rawValue)", signals.check(.reset, honesty)) }
    return results
  }

  private static func shown(_ limit: Double, _ window: Double?) -> String {
    Shown.number(limit) + (window.map { "/\(Shown.number($0))s" } ?? "")
  }

  // MARK: Scope and isolation

  private func scope(_ expected: [String]) -> Finding {
    guard let verdict = run.verdict else { return .unknown("the run has no verdict") }
    switch verdict.status {
    case .noLimitObserved: return .broken("no limit was observed in \(verdict.requestsSent) requests")
    case .inconclusive, .aborted: return .unknown(verdict.inconclusive?.because ?? "the run decides nothing")
    case .determined: break
    }
    guard let best = verdict.limiters.first else { return .unknown("the run found causes, and no limiter") }
    if let limiter = verdict.limiters.first(where: { $0.scope == expected }) {
      return .kept("keyed on \(ScopeName.of(limiter.scope)) (\(Shown.percent(limiter.posterior)))")
    }
    let found = verdict.limiters.map { ScopeName.of($0.scope) }.joined(separator: " and ")
    return .broken("keyed on \(found) (\(Shown.percent(best.posterior)))")
  }

  /// Whether a cell that changes only this dimension has a bucket of its own.
  private func isolation(of dimension: String) -> Finding {
    let wanted: DimensionSet
    switch dimension {
    case "ip": wanted = .ip
    case "key": wanted = .key
    // Another account always comes with another key.
    case "account": wanted = [.key, .account]
    default:
      guard let index = run.design.dimensions.firstIndex(where: { $0.name == dimension }) else {
        return .unknown("the run did not vary \(dimension)")
      }
      wanted = .further(index)
    }
    let cells = run.design.cells.filter { $0.differs == wanted }
    guard !cells.isEmpty else { return .unknown("no cell of the run changes \(dimension) alone") }
    guard let verdict = run.verdict, let limiter = verdict.limiters.first else {
      return run.verdict?.status == .noLimitObserved
        ? .unknown("no limit was observed, so nothing could be shared") : .unknown("the run decides nothing")
    }
    let names = cells.map { run.design.name(of: $0) }
    let evidence = limiter.evidence.filter { names.contains($0.cell) && $0.relation != .unknown }
    if let shared = evidence.first(where: { $0.relation == .shared }) {
      return .broken("\(shared.cell) spends the same bucket (\(shared.limited) of \(shared.sent) limited)")
    }
    guard let separate = evidence.first else { return .unknown("\(names.joined(separator: ", ")) was not decided") }
    return .kept(
      "\(separate.cell) passed \(separate.sent - separate.limited) of \(separate.sent) while the reference was exhausted"
    )
  }

  // MARK: Refusals

  private func refuses(after count: Int, tolerance: Double) -> Finding {
    guard let history = BucketHistory(run), let drained = history.drained else {
      let sent = run.sent.count { $0.cell == 0 }
      return Double(sent) > Double(count) * (1 + tolerance)
        ? .broken("nothing was refused in \(sent) requests of the reference")
        : .unknown("only \(sent) requests of the reference were sent; raise the budget")
    }
    let before = history.requests[..<drained].filter(\.admitted)
    guard let first = before.first else { return .unknown("the reference was limited from its first request") }
    // What triage had spent may have come back before the climb, or not: the bucket holds at least what the climb took
    // from it, less what came back meanwhile, and at most all of it.
    let climb = before.filter { $0.stage != .triage }
    let seconds = history.requests[drained].time - (climb.first ?? first).time
    let least = Double(climb.count) - (rate * seconds).rounded(.up)
    let most = Double(before.count)
    let seen =
      least < most
      ? "between \(Shown.number(least)) and \(Shown.number(most)) were let through before the first refusal"
      : "\(Shown.number(most)) were let through before the first refusal"
    let isKept = least <= Double(count) * (1 + tolerance) && most >= Double(count) * (1 - tolerance)
    return isKept ? .kept(seen) : .broken(seen)
  }

  /// Requests per second that come back while the bucket is drained; 0 where nothing does, or where it is not known.
  private var rate: Double {
    guard let limiter = run.verdict?.limiters.first, limiter.algorithm.name == .tokenBucket, let limit = limiter.limit,
      let window = limiter.window, window.value > 0
    else { return 0 }
    return limit.value / window.value
  }

  private func refusal(_ status: Int) -> Finding {
    var counts: [Int?: Int] = [:]
    for observation in run.sent {
      if case .limited(let signature) = observation.reading { counts[signature.status, default: 0] += 1 }
    }
    guard !counts.isEmpty else { return .unknown("nothing was refused") }
    let others = counts.filter { $0.key != status }
    guard !others.isEmpty else { return .kept("all \(counts[status] ?? 0) refusals have the status \(status)") }
    let list = others.sorted { $0.value > $1.value }.map {
      "\($0.value) with \($0.key.map(String.init) ?? "no answer")"
    }
    return .broken("refused otherwise too: \(list.joined(separator: ", "))")
  }
}

/// An outcome with its reason.
struct Finding {
  let outcome: ExpectationResult.Outcome
  let because: String

  static func kept(_ because: String) -> Finding { Finding(outcome: .kept, because: because) }
  static func broken(_ because: String) -> Finding { Finding(outcome: .broken, because: because) }
  static func unknown(_ because: String) -> Finding { Finding(outcome: .unknown, because: because) }
}

/// Numbers in reasons.
enum Shown {
  static func number(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  static func percent(_ share: Double) -> String {
    share > 0.9995 ? "> 99.9 %" : "\((share * 1000).rounded() / 10) %"
  }

  static func estimate(_ estimate: Estimate) -> String {
    "\(number(estimate.value)) (\(number(estimate.low)) to \(number(estimate.high)))"
  }
}
