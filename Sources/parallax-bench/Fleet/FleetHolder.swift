internal import ArgumentParser
internal import Foundation
internal import ParallaxConfig
internal import ParallaxFleet

/// A controller with an agent on every host, in a process of its own: it prints `ready` and keeps them until its standard
/// input ends, then aborts, prints when each agent had that word (nanoseconds of CLOCK_MONOTONIC), and lets them go.
struct FleetHolder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fleet-holder", shouldDisplay: false)

  @Option var hosts: String
  @Option var agent: String

  func run() async throws {
    let fleet = await ConnectedFleet.start(
      try AgentCatalogue.load(paths: [agent]), on: try InventoryFile.load(path: hosts), dialer: HostDialer(),
      run: "bench")
    for failure in fleet.failures { print(failure) }
    FileHandle.standardOutput.write(Data("ready \(fleet.count)\n".utf8))
    await Task.detached { _ = FileHandle.standardInput.readDataToEndOfFile() }.value
    let heard = await fleet.abort()
    FileHandle.standardOutput.write(Data((heard.map(String.init).joined(separator: " ") + "\n").utf8))
    await fleet.dismiss()
  }
}
