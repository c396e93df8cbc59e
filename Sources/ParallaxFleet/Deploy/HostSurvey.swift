public import ParallaxConfig

/// What `hosts check` and `deploy` do: take every host as far as asked, and tell what happened.
public struct HostSurvey: Sendable {
  private let connector: FleetConnector

  public init(dialer: HostDialer, progress: @escaping @Sendable (RunEvent) -> Void = { _ in }) {
    connector = FleetConnector(dialer: dialer, progress: progress)
  }

  /// Reaches every host and asks what it is; nothing is put there.
  public func check(_ inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { host, connection, outcome in
      guard host.agentPlace == .host else {
        outcome.transport += " (no agent)"
        await connection.close()
        return
      }
      outcome.facts = try await outcome.step("facts") { try await HostFacts.ask(host.name, over: connection) }
      outcome.clock = try await outcome.step("clock") { try await RemoteClock.measure(over: connection) }
      await connection.close()
    }
    return results.map(\.outcome)
  }

  public func deploy(_ agent: AgentBinary, to inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { host, connection, outcome in
      guard host.agentPlace == .host else { return await connection.close() }
      let deployer = Deployer(agent: agent, directory: host.agentDirectory)
      let deployed = try await outcome.step("deploy") { try await deployer.deploy(to: host.name, over: connection) }
      outcome.take(deployed)
      await connection.close()
    }
    return results.map(\.outcome)
  }

  public func remove(_ agent: AgentBinary, from inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { host, connection, outcome in
      guard host.agentPlace == .host else { return await connection.close() }
      let deployer = Deployer(agent: agent, directory: host.agentDirectory)
      outcome.facts = try await outcome.step("remove") { try await deployer.remove(from: host.name, over: connection) }
      await connection.close()
    }
    return results.map(\.outcome)
  }
}

extension HostOutcome {
  mutating func take(_ deployed: Deployer.Outcome) {
    facts = deployed.facts
    transferred = deployed.transferred
    bytesSent = deployed.bytesSent
  }
}
