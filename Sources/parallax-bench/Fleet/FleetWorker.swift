internal import ArgumentParser
internal import ParallaxConfig
internal import ParallaxFleet

/// What the fleet's benchmark measures of Parallax where no verb does so little: one command on every host, in a process
/// of its own, as the other tools are.
struct FleetWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fleet-worker", shouldDisplay: false)

  @Option var hosts: String
  @Option var command: String
  @Option var input: String?

  func run() async throws {
    let inventory = try InventoryFile.load(path: hosts)
    let outcomes = await HostSurvey(dialer: HostDialer()).run(
      command, input: input, on: inventory)
    for failure in outcomes.compactMap(\.error) { print(failure) }
    if outcomes.contains(where: { $0.error != nil }) { throw ExitCode(1) }
  }
}
