internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxWire

/// The agents of a run: put on their hosts, started, measured and given their part.
struct AgentRoster: Sendable {
  let connector: FleetConnector
  let agents: AgentCatalogue
  let run: String
  let target: AgentSeat.Target

  /// A started agent and the connection that carries it.
  struct Member: Sendable {
    let link: AgentLink
    let connection: any HostConnection
    /// Seconds that its requests may be later at the target than the agent thinks.
    let delay: Double
  }

  /// Connects, deploys and starts agents on all hosts at once.
  func start(on hosts: [InventoryHost]) async -> [(outcome: HostOutcome, value: Member?)] {
    let limits = connector.dialer.limits
    return await connector.forEach(hosts) { host, connection, outcome in
      let deployer = Deployer(
        agents: agents, directory: host.agentDirectory, deadline: limits.seconds(.deploy, of: host))
      let seat = try await AgentSeat.take(for: host, over: connection, target: target)
      let deployed = try await outcome.step("deploy", .deploying) {
        try await deployer.deploy(to: host.name, over: seat.connection)
      }
      outcome.take(deployed)
      let link = try await outcome.step("link", .starting) { () async throws -> AgentLink in
        let stream = try await seat.connection.start(
          AgentProcess.command(path: deployed.path, run: run) + seat.arguments)
        let link = AgentLink(host: host.name, stream: stream)
        do {
          _ = try await link.open(run: run, deadline: limits.seconds(.start, of: host))
        } catch {
          await link.close()
          await AgentProcess.end(of: run, over: seat.connection)
          throw error
        }
        return link
      }
      let clock = try await link.clock
      outcome.clock = (clock.offset / 1e9, clock.halfTravel / 1e9)
      return Member(link: link, connection: seat.connection, delay: seat.delay)
    }
  }

  /// Hands every agent the plan and the keys that its own cells need, and no other.
  func brief(_ members: [String: Member], for prepared: PreparedRun, keys: [String: ParallaxConfig.Secret]) async throws
  {
    let design = prepared.design
    let clientKey = keys[KeyResolver.clientKey].map {
      ParallaxWire.Secret(name: KeyResolver.clientKey, value: $0.reveal())
    }
    let keys = keys.merging(UnknownKey.secrets(for: design, keys: keys)) { given, _ in given }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (host, member) in members {
        let needed = Set(design.cells.filter { design.vantages[$0.vantage].host == host }.map(\.key))
        let secrets = needed.sorted().compactMap { name in
          keys[name].map { ParallaxWire.Secret(name: name, value: $0.reveal()) }
        }
        let vantages = design.vantages.filter { $0.host == host }
        group.addTask {
          try await member.link.prepare(
            vantages: vantages, plan: prepared.encoded, digest: prepared.digest, keys: secrets, clientKey: clientKey)
        }
      }
      try await group.waitForAll()
    }
  }

  /// Ends all agents. One that was lost while its host still answers may be stopped and could not end by itself.
  func dismiss(_ members: some Collection<Member>) async {
    await withTaskGroup(of: Void.self) { group in
      for member in members {
        group.addTask {
          let isLost = await member.link.failure != nil
          await member.link.close()
          if isLost { await AgentProcess.end(of: run, over: member.connection) }
          await member.connection.close()
        }
      }
    }
  }
}
