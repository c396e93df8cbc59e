internal import ArgumentParser

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "The whole experiment; prints tables and the verdict.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var launch: LaunchOptions
  @OptionGroup var limit: LimitOption

  @Option(help: ArgumentHelp("Time to watch the limiter recover, for its window and rate.", valueName: "seconds"))
  var recover = 0.0

  @Option(
    help: ArgumentHelp("Time to look for a second limiter, beneath the first or hidden by it.", valueName: "seconds"))
  var peel = 0.0

  @Option(help: ArgumentHelp("Time to find out why a key is limited before any load.", valueName: "seconds"))
  var mystery = 240.0

  @Argument(help: "The plan.")
  var plan: String

  func run() async throws {
    try await PlanRun(
      common: common, launch: launch, limit: limit, planPath: plan, mysterySeconds: mystery, recoverySeconds: recover,
      peelSeconds: peel
    ).perform()
  }
}
