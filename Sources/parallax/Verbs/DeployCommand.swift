internal import ArgumentParser
internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel

struct DeployCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy", abstract: "Puts the agent on the hosts; unchanged hosts cost no transfer.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: LimitOption
  @OptionGroup var agentOption: AgentOption

  @Flag(help: "Remove every agent of this user from the hosts instead.")
  var remove = false

  func run() async throws {
    let inventory = try InventoryFile.load(path: common.hosts).limited(to: limit.limit)
    let agent = try agentOption.load()
    let progress = ProgressLines(common)
    let survey = HostSurvey(dialer: HostDialer(prompt: Prompt.ask), progress: progress.sink)
    let outcomes =
      remove ? await survey.remove(agent, from: inventory) : await survey.deploy(agent, to: inventory)
    progress.finish()
    try HostTable(outcomes: outcomes, options: common).show(remove ? .remove : .deploy)
    try HostTable.requireAll(outcomes)
  }
}
