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

  /// The word to all at once, as a run gives it. Returns when each agent had it, nanoseconds of this machine's monotonic
  /// clock; those that do not answer are missing.
  package func abort() async -> [Int64] {
    await withTaskGroup(of: Int64?.self) { group in
      for member in members { group.addTask { await member.link.abortHeard(reason: "the end") } }
      return await group.reduce(into: []) { times, time in if let time { times.append(time) } }
    }
  }

  /// The end of all links.
  package func dismiss() async { await roster.dismiss(members) }
}
