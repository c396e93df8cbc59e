internal import ParallaxModel

/// What an agent insists on, whoever sends the plan.
enum PlanCheck {
  static func check(_ plan: RequestPlan) throws(PlanRefusal) {
    guard RequestText.isToken(plan.method) else { throw .invalid("\"\(plan.method)\" is not a method") }
    guard plan.allowUnsafeMethods || plan.method == "GET" || plan.method == "HEAD" else {
      throw PlanRefusal(
        code: "method_refused", text: "the method \(plan.method) may change something, and the plan does not allow that"
      )
    }
    guard plan.timeout > 0, plan.timeout <= 3600 else { throw .invalid("the timeout is not between 0 and 3600 s") }
    guard plan.budget.requests >= 0, plan.budget.rate >= 0, plan.budget.duration >= 0 else {
      throw .invalid("a budget is negative")
    }
    guard !plan.addresses.isEmpty else { throw .invalid("the plan has no address to connect to") }
    guard Set(plan.cells.map(\.cell)).count == plan.cells.count else { throw .invalid("two cells have one number") }
  }
}
