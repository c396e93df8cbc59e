internal import ArgumentParser
internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel

struct HostsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hosts", abstract: "Looks after the hosts of the inventory.", subcommands: [Check.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reaches every host: host key, auth, architecture, glibc, clock offset, egress address.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var limit: LimitOption

    func run() async throws {
      let inventory = try InventoryFile.load(path: common.hosts).limited(to: limit.limit)
      let progress = ProgressLines(common)
      let survey = HostSurvey(dialer: HostDialer(prompt: Prompt.ask), progress: progress.sink)
      let outcomes = await survey.check(inventory)
      progress.finish()
      try HostTable(outcomes: outcomes, options: common).show(.check)
      try HostTable.requireAll(outcomes)
    }
  }
}
