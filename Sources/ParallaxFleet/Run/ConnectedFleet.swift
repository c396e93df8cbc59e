package import ParallaxConfig
package import ParallaxModel

/// Agents on all hosts of an inventory, connected and idle: what measuring a large fleet needs and a run, which uses no
/// more hosts than tell it something, does not have.
package struct ConnectedFleet: Sendable {
  private let roster: AgentRoster
  private let members: [AgentRoster.Member]
  package let failures: [ParallaxError]

  package var count: Int { members.count }

  package static func start(
    _ agents: AgentCatalogue, on inventory: Inventory, dialer: HostDialer, run: String
  ) async -> ConnectedFleet {
    // No request is ever sent, so it does not matter where to.
    let roster = AgentRoster(
      connector: FleetConnector(dialer: dialer, progress: { _ in }), agents: agents, run: run,
      target: AgentSeat.Target(address: "127.0.0.1", port: 9))
    let results = await roster.start(on: inventory.hosts)
    return ConnectedFleet(
      roster: roster, members: results.compactMap(\.value), failures: results.compactMap(\.outcome.error))
  }

  private init(roster: AgentRoster, members: [AgentRoster.Member], failures: [ParallaxError]) {
    self.roster = roster
    self.members = members
    self.failures = failures
  }

  /// As a run does it: the word to all at once, and then the end of all links.
  package func abort() async {
    await withTaskGroup(of: Void.self) { group in
      for member in members { group.addTask { await member.link.abort(reason: "the end") } }
    }
    await roster.dismiss(members)
  }
}
