internal import ParallaxModel

/// Why a stage ends without an answer, each with the next step.
enum Reasons {
  typealias Reason = Verdict.Inconclusive

  /// What makes every round tell more, once the limits have reset.
  static let moreToAsk: [NextStep] = [.addVantage, .addAccount]
  /// A quota of a day resets within it, with time to spare.
  static let longDuration = 5 * 86_400.0

  static func budget(_ budget: Budget) -> Reason {
    Reason(
      because: "the budget of \(budget.requests) requests ended before the posterior reached the threshold",
      steps: [.raiseRequests(to: 2 * budget.requests)])
  }

  static func duration(_ budget: Budget) -> Reason {
    Reason(
      because: "the budget's duration ended before the posterior reached the threshold",
      steps: [.raiseDuration(to: longDuration)])
  }

  /// - Parameter stopped: what the performer says.
  static func spent(_ notebook: Notebook, because stopped: String) -> Reason {
    let budget = notebook.configuration.budget
    return Reason(
      because: stopped,
      steps: notebook.requestsLeft <= 0
        ? [.raiseRequests(to: 2 * budget.requests)] : [.raiseDuration(to: max(longDuration, 2 * budget.duration))])
  }

  static func budgetTooSmall(_ budget: Budget, needed: Int) -> Reason {
    Reason(
      because: "a budget of \(budget.requests) requests cannot decide: even the smallest limit takes \(needed)",
      steps: [.raiseRequests(to: max(needed, 2 * budget.requests))])
  }

  static func lost(_ cell: Cell, in design: Design) -> Reason {
    let vantage = design.vantages[cell.vantage].name
    return Reason(
      because: "the vantage \(vantage) was lost before \(design.name(of: cell)) could tell enough",
      steps: [.restoreVantage(vantage)])
  }

  static func noAnswer(_ design: Design) -> Reason {
    Reason(
      because: "\(design.name(of: design.reference)) gave no answer that tells anything",
      steps: [.runAgain],
      more: ["check that the target can be reached from \(design.vantages[design.reference.vantage].name)"])
  }

  /// - Parameter limited: not the reference.
  static func onlyOthersLimited(_ limited: [Cell], in design: Design) -> Reason {
    let names = limited.map { design.name(of: $0) }.joined(separator: ", ")
    let first = "{ vantage: \(design.vantages[limited[0].vantage].name), key: \(limited[0].key) }"
    return Reason(
      because: "\(design.name(of: design.reference)) passes, but limited before any load: \(names)",
      toSettle:
        "to learn why, ask about one of them: reference: \(first) in the plan; to learn what the limit is keyed "
        + "on, go on with 'parallax run'")
  }

  /// - Parameter readings: by cell, what triage saw after a reset.
  static func stillLimited(_ readings: [[Reading]], in design: Design) -> Reason {
    let cells = { (isMember: ([Reading]) -> Bool) in
      design.cells.filter { !readings[$0.id].isEmpty && isMember(readings[$0.id]) }
    }
    let names = { (cells: [Cell]) in cells.map { design.name(of: $0) }.joined(separator: ", ") }
    let limited = cells { $0.contains { $0 != .passed } }
    let passed = cells { $0.allSatisfy { $0 == .passed } }
    return Reason(
      because: "the reference is still limited after its reset; limited: \(names(limited)); not: \(names(passed))",
      steps: [.reference(among: passed, of: design)])
  }

  static let otherRefusal = Reason(
    because: "the kind of refusal changed while the reference was being exhausted",
    steps: [.runAgain, .nameRefusal])

  static func doesNotStay(_ budget: Budget) -> Reason {
    Reason(
      because: "the reference would not stay limited long enough to probe", steps: [.setRate(to: 2 * budget.rate)])
  }

  static func secondRecovered(_ budget: Budget) -> Reason {
    Reason(
      because: "the second limiter recovered before it was identified",
      steps: [.raiseRequests(to: 2 * budget.requests)])
  }

  static func rounds(_ count: Int) -> Reason {
    Reason(because: "the posterior stays below the threshold after \(count) rounds", steps: [.runAgain] + moreToAsk)
  }

  static let nothingMore = Reason(
    because: "the answers of the same cells contradict each other, and further probes of this kind add nothing",
    steps: [.runAgain] + moreToAsk)

  /// - Parameter cell: whose answers while the limit recovered contradict what the rounds said.
  static func recoveryContradicts(_ cell: Cell, in design: Design) -> Reason {
    Reason(
      because:
        "while the limit recovered, \(design.name(of: cell)) was answered otherwise than the rounds had said: it may have "
        + "a smaller allowance of its own, cost less, or have met an outage before",
      steps: [.runAgain] + moreToAsk)
  }

  static let contradictionStays = Reason(
    because: "the answers of the same cells contradict each other, and no reset came to begin anew",
    steps: [.runAgain, .raiseDuration(to: longDuration)])

  static func spent(capacity: Int) -> Reason {
    Reason(
      because: "the probes have used up their own allowance of about \(capacity) requests, and no reset came",
      steps: [.raiseDuration(to: longDuration)])
  }

  static let masked = Reason(
    because: "a second kind of refusal took the place of the first", steps: [.runAgain])

  static let slowerTookOver = Reason(
    because: "a slower limiter with the same refusal was drained before the first was identified",
    steps: [.runAgain])

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
    let isPatience =
      switch result {
      case .noReset?, .notReached?: true
      default: false
      }
    return Reason(
      because: "all cells were limited together, which an outage looks like too, and \(detail)",
      steps: isPatience ? [.raiseDuration(to: longDuration)] : moreToAsk)
  }
}

extension NextStep {
  /// From which of the cells that pass to begin: one of the reference's account if possible, since only that may have
  /// several keys; then the one that shares least with the reference.
  static func reference(among passed: [Cell], of design: Design) -> NextStep {
    let plain = passed.filter { !$0.isControl && $0.levels == design.reference.levels }
    let own = plain.filter { $0.account == design.reference.account }
    let best = (own.isEmpty ? plain : own).max {
      $0.differs.rawValue.nonzeroBitCount < $1.differs.rawValue.nonzeroBitCount
    }
    return best.map { .chooseReference(vantage: design.vantages[$0.vantage].name, key: $0.key) } ?? .runAgain
  }
}
