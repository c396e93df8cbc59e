internal import ParallaxModel

/// Why a stage ends without an answer, each with the next step.
enum Reasons {
  typealias Reason = Verdict.Inconclusive

  static func budget(_ budget: Budget) -> Reason {
    Reason(
      because: "the budget of \(budget.requests) requests ended before the posterior reached the threshold",
      toSettle: "raise budget.requests to \(2 * budget.requests) and run again")
  }

  static func duration(_ budget: Budget) -> Reason {
    Reason(
      because: "the budget's duration ended before the posterior reached the threshold",
      toSettle: "raise budget.duration and run again")
  }

  static func budgetTooSmall(_ budget: Budget, needed: Int) -> Reason {
    Reason(
      because: "a budget of \(budget.requests) requests cannot decide: even the smallest limit takes \(needed)",
      toSettle: "raise budget.requests to at least \(needed), and by the limit's own size")
  }

  static func lost(_ cell: Cell, in design: Design) -> Reason {
    let vantage = design.vantages[cell.vantage].name
    return Reason(
      because: "the vantage \(vantage) was lost before \(design.name(of: cell)) could tell enough",
      toSettle: "bring \(vantage) back, or add another vantage, and run again")
  }

  static func noAnswer(_ design: Design) -> Reason {
    Reason(
      because: "\(design.name(of: design.reference)) gave no answer that tells anything",
      toSettle: "check that the target can be reached from \(design.vantages[design.reference.vantage].name)")
  }

  /// - Parameter readings: by cell, what triage saw after a reset.
  static func stillLimited(_ readings: [[Reading]], in design: Design) -> Reason {
    let names = { (isMember: ([Reading]) -> Bool) in
      design.cells.filter { !readings[$0.id].isEmpty && isMember(readings[$0.id]) }.map { design.name(of: $0) }
        .joined(separator: ", ")
    }
    let limited = names { $0.contains { $0 != .passed } }
    let passed = names { $0.allSatisfy { $0 == .passed } }
    return Reason(
      because: "the reference is still limited after its reset; limited: \(limited); not: \(passed)",
      toSettle: "look again after the limit's reset, or choose a reference that passes")
  }

  static let otherRefusal = Reason(
    because: "the kind of refusal changed while the reference was being exhausted",
    toSettle: "run again after the limits have reset; limited_when in the plan can name the refusal that counts")

  static let doesNotStay = Reason(
    because: "the reference would not stay limited long enough to probe",
    toSettle: "raise budget.rate, so that the limit is reached faster than it refills, and run again")

  static let secondRecovered = Reason(
    because: "the second limiter recovered before it was identified", toSettle: "run again with a larger budget")

  static func rounds(_ count: Int) -> Reason {
    Reason(
      because: "the posterior stays below the threshold after \(count) rounds",
      toSettle: "run again when the target is quieter; a third vantage or account makes every round tell more")
  }

  static let nothingMore = Reason(
    because: "the answers of the same cells contradict each other, and further probes of this kind add nothing",
    toSettle: "run again when the target is quieter; a third vantage or account makes every round tell more")

  static func spent(capacity: Int) -> Reason {
    Reason(
      because: "the probes have used up their own allowance of about \(capacity) requests, and no reset came",
      toSettle: "run again after the limit has reset, or add a further key and vantage")
  }

  static let masked = Reason(
    because: "a second kind of refusal took the place of the first",
    toSettle: "run again after it has ended; the first limiter lies beneath it")

  static let slowerTookOver = Reason(
    because: "a slower limiter with the same refusal was drained before the first was identified",
    toSettle: "run again after the limits have reset")

  static func everyone(_ result: Confirm.Result?) -> Reason {
    let detail =
      switch result {
      case .confirmed?: "it was confirmed"
      case .refuted?: "from the opposite corner the cells were separate"
      case .noReset?: "no reset came to repeat it"
      case .notReached?: "the limit was not met again from the opposite corner"
      case .unclear?: "from the opposite corner the answers disagreed"
      case nil: "the design has no cell that changes everything"
      }
    return Reason(
      because: "all cells were limited together, which an outage looks like too, and \(detail)",
      toSettle: "run again after the limit has reset; keys of a third account help")
  }
}
