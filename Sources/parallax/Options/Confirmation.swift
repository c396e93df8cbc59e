internal import ParallaxFleet
internal import ParallaxModel

/// Nothing is sent before somebody has confirmed what may be sent, to whom, and on what ground.
struct Confirmation {
  let options: CommonOptions

  /// - Parameter endsAtOnce: it is a triage that waits for nothing.
  ///
  /// Errors: `permissionRefused` where the answer is no, or where nobody can be asked and --yes was not given.
  func require(_ prepared: PreparedRun, endsAtOnce: Bool) throws {
    guard !options.yes else { return }
    let plan = prepared.plan
    let requests = endsAtOnce ? prepared.design.cells.count + 3 : plan.budget.requests
    let question = """
      Up to \(requests) requests will go to \(plan.target.url) from \(prepared.hosts.count) hosts, \
      at no more than \(plan.budget.rate)/s.
      Permission: \(plan.target.permission)
      Go on? [y/N] 
      """
    guard let answer = Terminal.ask(question) else {
      throw ParallaxError(
        .permissionRefused, "the budget is not confirmed, and nobody is there to be asked",
        remedy: "look at it with 'parallax plan', then confirm it with --yes")
    }
    guard ["y", "yes"].contains(answer.lowercased()) else {
      throw ParallaxError(.permissionRefused, "not confirmed; nothing was sent")
    }
  }
}
