internal import ArgumentParser

struct TriageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "triage", abstract: "One request per cell: what is already limited before any load.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var agentOption: AgentOption

  @Argument(help: "The plan.")
  var plan: String

  func run() async throws {
    try await PlanRun(common: common, agent: agentOption, planPath: plan, triageOnly: true).perform()
  }
}
