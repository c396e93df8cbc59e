package import ParallaxModel
internal import ParallaxSignals

/// Holds what the answers declared against what was measured: every limiter gets the limit that its refusals declare,
/// and what turned out false becomes a note.
package struct DeclaredSignals {
  private let observations: [Observation]
  private let clockOrigin: Double

  /// - Parameters:
  ///   - observations: in the order of sending.
  ///   - clockOrigin: seconds since 1970 at the zero of the observations' clock.
  package init(observations: [Observation], clockOrigin: Double) {
    self.observations = observations
    self.clockOrigin = clockOrigin
  }

  /// The share by which a declared number may differ from the measured one.
  private static let tolerance = 0.1

  package func completed(_ conclusion: Conclusion) -> Conclusion {
    var conclusion = conclusion
    let entries = observations.map { observation in
      SignalAudit.Entry(
        cell: observation.cell, time: observation.sent, reading: observation.reading,
        declared: Declarations.read(observation.answer, now: clockOrigin + observation.end))
    }
    for index in conclusion.limiters.indices {
      conclusion.limiters[index].declared = declared(for: conclusion.limiters[index], entries)
      if let note = contradiction(conclusion.limiters[index]) { conclusion.notes.append(note) }
    }
    conclusion.notes += falseSignals(entries) + unreadable(entries)
    return conclusion
  }

  /// What refusals of this limiter say of it; passed answers of the same cells where refusals say nothing.
  private func declared(for limiter: Limiter, _ entries: [SignalAudit.Entry]) -> Limiter.Declared? {
    let own = entries.filter { $0.reading == .limited(limiter.signature) }
    let policies = (own.isEmpty ? entries : own + entries).lazy.compactMap { entry in
      entry.declared.policies.count == 1 || !own.isEmpty ? entry.declared.binding : nil
    }
    guard let policy = policies.first(where: { $0.limit != nil || $0.window != nil }) else { return nil }
    return Limiter.Declared(
      limit: policy.limit, window: policy.window,
      agrees: Self.agrees(
        [(policy.limit, limiter.limit ?? limiter.burst), (policy.window, limiter.window)]))
  }

  /// nil where nothing that is declared was measured.
  private static func agrees(_ pairs: [(declared: Double?, measured: Estimate?)]) -> Bool? {
    let known = pairs.compactMap { pair in
      pair.declared.flatMap { declared in pair.measured.map { (declared, $0) } }
    }
    guard !known.isEmpty else { return nil }
    return known.allSatisfy { declared, measured in
      measured.low * (1 - tolerance) <= declared && declared <= measured.high * (1 + tolerance)
    }
  }

  private func contradiction(_ limiter: Limiter) -> String? {
    guard let declared = limiter.declared, declared.agrees == false else { return nil }
    let limit = declared.limit.map { "a limit of \(Self.shown($0))" }
    let window = declared.window.map { "a window of \(Self.shown($0)) s" }
    let claims = [limit, window].compactMap { $0 }.joined(separator: " and ")
    return "false signal: the answers declare \(claims), which is not what was measured"
  }

  private func falseSignals(_ entries: [SignalAudit.Entry]) -> [String] {
    SignalAudit.findings(entries).map { "false signal: \($0.field): \($0.text)" }.uniqued()
  }

  private func unreadable(_ entries: [SignalAudit.Entry]) -> [String] {
    entries.flatMap(\.declared.findings).filter { $0.kind == .unparseable || $0.kind == .contradiction }
      .map { "\($0.kind.rawValue) signal: \($0.field): \($0.text)" }.uniqued()
  }

  private static func shown(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}

extension Array where Element == String {
  /// At most five different ones, in the order of their first appearance.
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return Array(filter { seen.insert($0).inserted }.prefix(5))
  }
}
