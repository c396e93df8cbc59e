internal import Foundation
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport

/// The table of `hosts check` and `deploy`: one row per host, what happened and how long it took.
struct HostTable {
  enum Kind { case check, deploy, remove }

  let outcomes: [HostOutcome]
  let options: CommonOptions

  func show(_ kind: Kind) throws {
    if options.json { return try printJSON() }
    var titles = ["host", "via", "address", "result", "time"]
    switch kind {
    case .check: titles += ["system", "glibc", "clock offset", "egress"]
    case .deploy: titles += ["sent", "folder"]
    case .remove: titles += ["folder"]
    }
    var table = TextTable(titles.map { TextTable.Column($0, $0 == "time" ? .right : .left) })
    for outcome in outcomes { table.append(row(outcome, kind)) }
    Terminal.result(table.render(options.terminal))
    for outcome in outcomes {
      if let error = outcome.error { Terminal.complain("\(error.code.name): \(Terminal.inertLines("\(error)"))") }
    }
  }

  private func row(_ outcome: HostOutcome, _ kind: Kind) -> [TextTable.Entry] {
    let result = outcome.error.map(\.code.name) ?? Self.success(outcome, kind)
    let cells = [outcome.host, outcome.transport, outcome.address].map { TextTable.Entry($0) }
    return cells + [TextTable.Entry(result, outcome.error == nil ? .good : .bad)]
      + ([Self.milliseconds(outcome.duration)] + details(outcome, kind)).map { TextTable.Entry($0) }
  }

  private func details(_ outcome: HostOutcome, _ kind: Kind) -> [String] {
    let facts = outcome.facts
    switch kind {
    case .check:
      return [
        facts.map { "\($0.system) \($0.architecture)" } ?? "-", facts?.glibc?.description ?? "-",
        outcome.clock.map { "\(Self.signed($0.offset)) ± \(Self.milliseconds($0.bound))" } ?? "-",
        facts?.egress ?? "-",
      ]
    case .deploy: return [Self.size(outcome), facts?.directory ?? "-"]
    case .remove: return [facts?.directory ?? "-"]
    }
  }

  private static func success(_ outcome: HostOutcome, _ kind: Kind) -> String {
    switch kind {
    case .check: "ok"
    case .deploy: outcome.transferred.map { $0 ? "deployed" : "unchanged" } ?? "nothing to put"
    case .remove: "removed"
    }
  }

  private static func size(_ outcome: HostOutcome) -> String {
    outcome.bytesSent == 0 ? "0" : String(format: "%.1f MB", Double(outcome.bytesSent) / 1e6)
  }

  private static func milliseconds(_ seconds: Double) -> String {
    seconds < 0.01 ? String(format: "%.2f ms", seconds * 1000) : "\(Int((seconds * 1000).rounded())) ms"
  }

  private static func signed(_ seconds: Double) -> String { String(format: "%+.2f ms", seconds * 1000) }

  private func printJSON() throws {
    let hosts = outcomes.map { outcome -> [String: Any] in
      var entry: [String: Any] = [
        "host": outcome.host, "transport": outcome.transport, "address": outcome.address,
        "ok": outcome.error == nil, "seconds": outcome.duration,
        "steps": Dictionary(uniqueKeysWithValues: outcome.steps.map { ($0.name, $0.duration) }),
      ]
      if let error = outcome.error {
        entry["error"] = ["code": error.code.name, "message": error.message, "remedy": error.remedy ?? ""]
      }
      if let facts = outcome.facts {
        entry["architecture"] = facts.architecture
        entry["glibc"] = facts.glibc?.description
        entry["egress"] = facts.egress
      }
      if let clock = outcome.clock { entry["clock"] = ["offset_s": clock.offset, "bound_s": clock.bound] }
      if let transferred = outcome.transferred { entry["transferred"] = transferred }
      return entry
    }
    try Terminal.result(json: hosts)
  }

  /// The table is printed whole, and a script still learns that something is wrong: the exit status is that of the
  /// first host that failed.
  static func requireAll(_ outcomes: [HostOutcome]) throws {
    let failed = outcomes.filter { $0.error != nil }
    guard let first = failed.first?.error else { return }
    let good = outcomes.count - failed.count
    let count = good == 0 ? "no host" : "\(good) of \(outcomes.count) hosts"
    throw ParallaxError(first.code, "\(count) can be used", remedy: "see the reasons above")
  }
}
