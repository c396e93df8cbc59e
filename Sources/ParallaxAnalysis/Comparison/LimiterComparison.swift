internal import Glibc
internal import ParallaxModel

/// Scopes and figures of the limiters of two runs.
struct LimiterComparison {
  let baseline: MeasuredRun
  let other: MeasuredRun

  private typealias Item = RunComparison.Item
  /// An algorithm that is less probable than this is not known.
  private static let known = 0.9

  init(_ baseline: MeasuredRun, _ other: MeasuredRun) {
    self.baseline = baseline
    self.other = other
  }

  var items: [RunComparison.Item] {
    let (first, second) = (baseline.verdict, other.verdict)
    let decided: Set<Verdict.Status> = [.determined, .noLimitObserved]
    guard let first, let second, decided.contains(first.status), decided.contains(second.status) else {
      let undecided = [baseline, other].filter { run in run.verdict.map { !decided.contains($0.status) } ?? true }
      return [
        Item(
          subject: "scope", outcome: .incomparable, before: shown(first), after: shown(second),
          because: "\(undecided.map(\.id).joined(separator: " and ")) decides nothing")
      ]
    }
    var items = [scope(first, second)]
    for limiter in first.limiters {
      guard let match = second.limiters.first(where: { $0.scope == limiter.scope }) else { continue }
      let prefix = first.limiters.count > 1 ? "\(ScopeName.of(limiter.scope)): " : ""
      items += figures(limiter, match).map { item in
        var item = item
        item.subject = prefix + item.subject
        return item
      }
    }
    return items
  }

  private func shown(_ verdict: Verdict?) -> String {
    guard let verdict else { return "no verdict" }
    guard verdict.status != .noLimitObserved else { return "no limit observed" }
    let scopes = verdict.limiters.map { "\(ScopeName.of($0.scope)) (\(Shown.percent($0.posterior)))" }
    return scopes.isEmpty ? verdict.status.rawValue : scopes.joined(separator: ", ")
  }

  private func scope(_ first: Verdict, _ second: Verdict) -> Item {
    let scopes = [first, second].map { Set($0.limiters.map(\.scope)) }
    let sure = [first, second].compactMap { $0.limiters.map(\.posterior).min() }.reduce(1, *)
    let isSame = scopes[0] == scopes[1]
    return Item(
      subject: "scope", outcome: isSame ? .same : .changed, before: shown(first), after: shown(second),
      because: isSame ? "keyed on the same" : "both are right with probability \(Shown.percent(sure))",
      p: isSame ? nil : 1 - sure)
  }

  private func figures(_ first: Limiter, _ second: Limiter) -> [Item] {
    var items = [algorithm(first, second), refusal(first, second)]
    if first.kind != second.kind {
      items.append(
        Item(
          subject: "kind", outcome: .changed, before: first.kind.rawValue, after: second.kind.rawValue,
          because: "another kind of limit"))
    }
    if first.algorithm.name == .tokenBucket || second.algorithm.name == .tokenBucket {
      items.append(estimate("pace", pace(first), pace(second), unit: "/s"))
      items.append(estimate("burst", first.burst, second.burst, unit: ""))
    } else {
      items.append(estimate("limit", first.limit, second.limit, unit: ""))
      items.append(estimate("window", first.window, second.window, unit: " s"))
    }
    return items
  }

  private func pace(_ limiter: Limiter) -> Estimate? {
    guard let limit = limiter.limit, let window = limiter.window, window.low > 0 else { return nil }
    return Estimate(value: limit.value / window.value, low: limit.low / window.high, high: limit.high / window.low)
  }

  private func algorithm(_ first: Limiter, _ second: Limiter) -> Item {
    let (a, b) = (first.algorithm, second.algorithm)
    let isKnown = [a, b].allSatisfy { $0.name != .unknown && $0.posterior >= Self.known }
    let texts = [a, b].map { $0.name == .unknown ? "unknown" : "\($0.name.rawValue) (\(Shown.percent($0.posterior)))" }
    let outcome: RunComparison.Outcome = !isKnown ? .incomparable : a.name == b.name ? .same : .changed
    let because =
      switch outcome {
      case .incomparable: "not certain enough in both; watch it recover (--recover)"
      case .same: "the same"
      case .changed: "both are right with probability \(Shown.percent(a.posterior * b.posterior))"
      }
    return Item(
      subject: "algorithm", outcome: outcome, before: texts[0], after: texts[1], because: because,
      p: outcome == .changed ? 1 - a.posterior * b.posterior : nil)
  }

  private func refusal(_ first: Limiter, _ second: Limiter) -> Item {
    func shown(_ signature: Signature) -> String {
      let parts = [signature.status.map(String.init) ?? "\(signature.effect)", signature.server, signature.body]
      return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    let isSame = first.signature == second.signature
    return Item(
      subject: "refusal", outcome: isSame ? .same : .changed, before: shown(first.signature),
      after: shown(second.signature), because: isSame ? "the same answer" : "another answer")
  }

  /// Both intervals hold 95 %; their difference is taken as normal.
  private func estimate(_ name: String, _ first: Estimate?, _ second: Estimate?, unit: String) -> Item {
    let texts = [first, second].map { $0.map { Shown.estimate($0) + unit } ?? "not measured" }
    guard let first, let second else {
      return Item(
        subject: name, outcome: .incomparable, before: texts[0], after: texts[1],
        because: "not measured in both; watch it recover (--recover)")
    }
    let difference = second.value - first.value
    let deviation =
      (pow((first.high - first.low) / 3.92, 2) + pow((second.high - second.low) / 3.92, 2)).squareRoot()
    let p = deviation > 0 && deviation.isFinite ? erfc(abs(difference) / deviation / 2.0.squareRoot()) : nil
    let isChanged = p.map { $0 < RunComparison.significance } ?? (deviation.isFinite && difference != 0)
    let interval =
      deviation.isFinite
      ? " (\(Shown.number(difference - 1.96 * deviation)) to \(Shown.number(difference + 1.96 * deviation)))" : ""
    return Item(
      subject: name, outcome: isChanged ? .changed : .same, before: texts[0], after: texts[1],
      because: "difference \(Shown.number(difference))\(interval)\(unit)", p: p)
  }
}
