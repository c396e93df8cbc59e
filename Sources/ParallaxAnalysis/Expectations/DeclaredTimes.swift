internal import ParallaxModel
internal import ParallaxSignals

/// What refusals declare about when to come back, held against what happened then.
struct DeclaredTimes {
  enum Signal { case retryAfter, reset }

  private let entries: [SignalAudit.Entry]
  /// Seconds within which a declared time counts as true: headers are rounded to whole seconds.
  private static let tolerance = 1.5

  init(_ run: MeasuredRun) {
    let origin = run.began ?? 0
    entries = run.sent.map { observation in
      SignalAudit.Entry(
        cell: observation.cell, time: observation.sent, reading: observation.reading,
        declared: Declarations.read(observation.answer, now: origin + observation.end))
    }
  }

  func check(_ signal: Signal, _ honesty: Expectation.Honesty) -> Finding {
    let refusals = entries.filter { if case .limited = $0.reading { true } else { false } }
    guard !refusals.isEmpty else { return .unknown("nothing was refused") }
    let declaring = refusals.filter { seconds(signal, $0) != nil }
    guard declaring.count == refusals.count else {
      return .broken("\(refusals.count - declaring.count) of \(refusals.count) refusals do not declare it")
    }
    guard honesty == .truthful else { return .kept("all \(refusals.count) refusals declare it") }
    return truth(signal)
  }

  private func seconds(_ signal: Signal, _ entry: SignalAudit.Entry) -> Double? {
    switch signal {
    case .retryAfter: entry.declared.retryAfter
    case .reset: entry.declared.binding?.reset ?? entry.declared.policies.compactMap(\.reset).max()
    }
  }

  /// The first request that a cell sends after the declared time must pass, if nobody else asked in between.
  private func truth(_ signal: Signal) -> Finding {
    var confirmed = 0
    for cell in Set(entries.map(\.cell)).sorted() {
      let own = entries.filter { $0.cell == cell }
      for (refused, next) in zip(own, own.dropFirst()) {
        guard case .limited = refused.reading, let wait = seconds(signal, refused) else { continue }
        let waited = next.time - refused.time
        switch next.reading {
        case .limited where waited > wait + Self.tolerance:
          // What others were let through since then may have spent the same bucket anew.
          if passed(from: refused.time + wait - Self.tolerance, to: next.time, besides: cell) { continue }
          return .broken(
            "it declared \(Shown.number(wait)) s, but after \(Shown.number(waited)) s the next was refused too")
        case .passed where signal == .retryAfter && waited < min(wait - Self.tolerance, wait * 0.9):
          return .broken(
            "it asked to wait \(Shown.number(wait)) s, but a request passed after \(Shown.number(waited)) s")
        case .passed where waited >= wait - Self.tolerance: confirmed += 1
        default: continue
        }
      }
    }
    return confirmed > 0
      ? .kept("it came true \(confirmed == 1 ? "once" : "\(confirmed) times")")
      : .unknown(
        "no request was sent when the declared time was over: watch the limiter recover for longer (--recover)")
  }

  private func passed(from start: Double, to end: Double, besides cell: Int) -> Bool {
    entries.contains { $0.cell != cell && $0.reading == .passed && start <= $0.time && $0.time <= end }
  }
}
