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
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var limit: LimitOption

    @Option(
      help: ArgumentHelp(
        "Only say how this host is reached, and where every value stands; nothing is connected.", valueName: "host"))
    var explain: String?

    func run() async throws {
      if let explain { return try show(explain) }
      let inventory = try InventoryFile.load(path: common.hosts).limited(to: limit.limit)
      let progress = ProgressLines(common)
      let survey = HostSurvey(dialer: HostDialer(prompt: Prompt.ask, limits: fleet.limits), progress: progress.sink)
      let outcomes = await survey.check(inventory)
      progress.finish()
      try HostTable(outcomes: outcomes, options: common).show(.check)
      try HostTable.requireAll(outcomes)
    }

    private func show(_ pattern: String) throws {
      let hosts = try InventoryFile.load(path: common.hosts).limited(to: pattern).hosts
      let explanations = try hosts.map { host throws(ParallaxError) in try HostExplanation(host, fleet.limits) }
      if common.json {
        try Terminal.result(json: explanations.count == 1 ? explanations[0].json : explanations.map(\.json))
      } else {
        Terminal.result(Terminal.inertLines(explanations.map(\.text).joined(separator: "\n\n")))
      }
    }
  }
}
