internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport

/// What a plan would do, before it does it: the matrix, the budget, and what would leave from where.
struct PlanSummary {
  private let prepared: PreparedRun

  init(_ prepared: PreparedRun) { self.prepared = prepared }

  private var design: Design { prepared.design }
  private var plan: Plan { prepared.plan }

  func text(_ terminal: TerminalOptions) -> String {
    let target = plan.target
    var lines = [
      "target      \(target.method) \(target.url) at \(prepared.requestPlan.addresses.joined(separator: ", "))",
      "permission  \(target.permission)",
      "budget      \(plan.budget.requests) requests, \(Self.number(plan.budget.rate))/s, "
        + "\(Self.number(plan.budget.duration)) s; a verdict needs at least \(prepared.minimumRequests)",
      "digest      \(prepared.digest)", "",
    ]
    var table = TextTable(["cell", "from", "key", "account", "changes", "path"].map { TextTable.Column($0) })
    for cell in design.cells {
      let changes = cell.differs.names(further: design.dimensions).joined(separator: ", ")
      let texts = [
        cell.label, design.vantages[cell.vantage].name, cell.key, cell.account,
        changes.isEmpty ? "nothing: the reference" : changes, prepared.requestPlan.cells[cell.id].path,
      ]
      table.append(texts.map { TextTable.Entry($0) })
    }
    lines = lines.map { InertText.inert($0) }
    lines.append(table.render(terminal))
    lines += design.gaps.map { InertText.inert("cannot vary \($0.dimension): \($0.because); \($0.toSettle)") }
    lines.append("Nothing was sent.")
    return lines.joined(separator: "\n")
  }

  /// What `--json` prints.
  var json: [String: Any] {
    let cells = design.cells.map { cell -> [String: Any] in
      [
        "cell": cell.label, "vantage": design.vantages[cell.vantage].name, "key": cell.key, "account": cell.account,
        "changes": cell.differs.names(further: design.dimensions),
        "path": prepared.requestPlan.cells[cell.id].path,
      ]
    }
    return [
      "schema": "parallax.plan/1", "plan_digest": prepared.digest, "url": plan.target.url.description,
      "method": plan.target.method, "permission": plan.target.permission,
      "addresses": prepared.requestPlan.addresses, "cells": cells, "minimum_requests": prepared.minimumRequests,
      "budget": [
        "requests": plan.budget.requests, "rate_per_s": plan.budget.rate, "duration_s": plan.budget.duration,
      ],
      "gaps": design.gaps.map { ["dimension": $0.dimension, "because": $0.because, "to_settle": $0.toSettle] },
    ]
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }
}
