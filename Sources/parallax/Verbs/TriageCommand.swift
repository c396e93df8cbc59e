internal import ArgumentParser

struct TriageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "triage", abstract: "One request per cell: what is already limited before any load, and why.",
    discussion: """
      Without --mystery it ends at once, with at most three requests more than there are cells. With it, it goes on \
      asking where and when the answer tells most about the cause. Ctrl-C skips a long wait; twice in a row it stops the \
      run, to be resumed later.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: LimitOption
  @OptionGroup var agentOption: AgentOption

  @Option(help: ArgumentHelp("Time to find out why a fresh key is limited.", valueName: "seconds"))
  var mystery = 0.0

  @Argument(help: "The plan.")
  var plan: String

  func run() async throws {
    try await PlanRun(
      common: common, limit: limit, agent: agentOption, planPath: plan, triageOnly: true, mysterySeconds: mystery
    ).perform()
  }
}
