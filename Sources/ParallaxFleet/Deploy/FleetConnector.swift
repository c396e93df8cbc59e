public import ParallaxConfig
internal import ParallaxModel

/// Takes many hosts through the same steps at once; a bad host costs its own deadlines and nothing else.
struct FleetConnector: Sendable {
  let dialer: HostDialer
  let progress: @Sendable (RunEvent) -> Void

  /// Runs `body` for every host with its open connection. Whatever it or the connection throws ends up in the host's
  /// outcome; the outcomes keep the inventory's order.
  func forEach<Value: Sendable>(
    _ hosts: [InventoryHost],
    _ body: @escaping @Sendable (InventoryHost, any HostConnection, inout HostOutcome) async throws -> Value
  ) async -> [(outcome: HostOutcome, value: Value?)] {
    for host in hosts { progress(.state(host: host.name, .waiting)) }
    return await withTaskGroup(of: (Int, HostOutcome, Value?).self) { group in
      var results = [(outcome: HostOutcome, value: Value?)?](repeating: nil, count: hosts.count)
      var waiting = hosts.indices.makeIterator()
      func startNext() {
        guard let index = waiting.next() else { return }
        group.addTask { await visit(hosts[index], index: index, body) }
      }
      for _ in 0..<max(1, dialer.limits.forks) { startNext() }
      for await (index, outcome, value) in group {
        results[index] = (outcome, value)
        startNext()
      }
      return results.compactMap(\.self)
    }
  }

  private func visit<Value: Sendable>(
    _ host: InventoryHost, index: Int,
    _ body: @Sendable (InventoryHost, any HostConnection, inout HostOutcome) async throws -> Value
  ) async -> (Int, HostOutcome, Value?) {
    let announce: @Sendable (HostState) -> Void = { [progress] in progress(.state(host: host.name, $0)) }
    var outcome = HostOutcome(
      host: host.name, transport: host.transport.name, address: host.endpoint, announce: announce)
    var open: (any HostConnection)?
    do {
      let connection = try await outcome.step("connect", .connecting) {
        try await dialer.dial(host) { announce(.authenticating) }
      }
      open = connection
      let value = try await body(host, connection, &outcome)
      for leftover in outcome.facts?.leftovers ?? [] { progress(.note("\(host.name): removed \(leftover)")) }
      progress(.host(name: host.name, seconds: outcome.duration, error: nil))
      return (index, outcome, value)
    } catch {
      await open?.close()
      let named = error as? ParallaxError ?? ParallaxError(.linkFailed, "\(host.name): \(error)")
      outcome.error = named
      progress(.host(name: host.name, seconds: outcome.duration, error: named))
      return (index, outcome, nil)
    }
  }
}

extension InventoryHost.Transport {
  /// As the inventory spells it.
  public var name: String {
    switch self {
    case .ssh: "ssh"
    case .local: "local"
    case .openssh: "openssh"
    case .command: "command"
    }
  }
}

extension InventoryHost {
  /// For tables: where the host is reached.
  var endpoint: String {
    switch transport {
    case .local: "this machine"
    case .command(let words): words.prefix(4).joined(separator: " ")
    case .ssh, .openssh: port == 22 ? address : "\(address.contains(":") ? "[\(address)]" : address):\(port)"
    }
  }
}
