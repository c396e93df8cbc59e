public import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// What `hosts check` and `deploy` do: take every host as far as asked, and tell what happened.
public struct HostSurvey: Sendable {
  private let connector: FleetConnector
  private var limits: FleetLimits { connector.dialer.limits }

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
      outcome.facts = try await outcome.step("facts", .asking) {
        try await HostFacts.ask(host.name, over: connection, directory: host.agentDirectory)
      }
      outcome.clock = try await outcome.step("clock", .measuring) { try await RemoteClock.measure(over: connection) }
      await connection.close()
    }
    return results.map(\.outcome)
  }

  /// Runs one command on every host, fed with a file: what it costs to reach them, and to bring them something.
  package func run(_ command: String, input file: String? = nil, on inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { [limits] host, connection, outcome in
      let result = try await outcome.step("run", .running) {
        let input: SSHInput = if let file { try .file(file) } else { [] }
        return try await connection.run(command, input: input, deadline: limits.seconds(.deploy, of: host))
      }
      await connection.close()
      guard result.status == 0 else {
        throw ParallaxError(
          .linkFailed, "\(host.name): the command ended with \(result.status)", cause: result.complaint)
      }
    }
    return results.map(\.outcome)
  }

  public func deploy(_ agents: AgentCatalogue, to inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { [limits] host, connection, outcome in
      guard host.agentPlace == .host else { return await connection.close() }
      let deployer = Deployer(
        agents: agents, directory: host.agentDirectory, deadline: limits.seconds(.deploy, of: host))
      let deployed = try await outcome.step("deploy", .deploying) {
        try await deployer.deploy(to: host.name, over: connection)
      }
      outcome.take(deployed)
      await connection.close()
    }
    return results.map(\.outcome)
  }

  public func remove(from inventory: Inventory) async -> [HostOutcome] {
    let results = await connector.forEach(inventory.hosts) { [limits] host, connection, outcome in
      guard host.agentPlace == .host else { return await connection.close() }
      let deployer = Deployer(
        agents: AgentCatalogue(), directory: host.agentDirectory, deadline: limits.seconds(.deploy, of: host))
      outcome.facts = try await outcome.step("remove", .removing) {
        try await deployer.remove(from: host.name, over: connection)
      }
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
