internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel

/// `hosts check --explain`: every value by which a host is reached, where it stands, and what was passed over.
struct HostExplanation {
  private struct Row {
    var name: String
    var value: String
    var source: String
    var place: ParallaxError.Location?
  }

  private struct Part {
    var title: String
    var rows: [Row]
    var skipped: [SSHSkip]
    var obstacle: SSHSkip?
  }

  private let host: InventoryHost
  private let parts: [Part]

  /// Nothing is connected. Errors: `inventoryInvalid` where the ssh configuration cannot be read.
  ///
  /// - Parameter limits: what the command line says.
  init(_ host: InventoryHost, _ limits: FleetLimits) throws(ParallaxError) {
    self.host = host
    var parts = [Part(title: host.name, rows: Self.rows(host, limits), skipped: [], obstacle: nil)]
    var configured: Sourced<Int>?
    if host.transport == .ssh {
      let route = try SSHResolver(environment: .current).route(to: host)
      parts[0].rows += Self.rows(route.host)
      configured = route.host.connectTimeout
      parts[0].skipped = route.host.skipped
      parts[0].obstacle = route.host.obstacle
      for (index, hop) in route.hops.enumerated() {
        let rows = [Row(name: "hop", value: hop.name, source: Self.source(route.host.jumps.origin).name)]
        parts.append(
          Part(
            title: "\(host.name), hop \(index + 1) of \(route.hops.count)", rows: rows + Self.rows(hop),
            skipped: hop.skipped, obstacle: hop.obstacle))
      }
    }
    parts[0].rows += Self.deadlines(host, limits, configured)
    self.parts = parts
  }

  // MARK: The rows

  private static func rows(_ host: InventoryHost, _ limits: FleetLimits) -> [Row] {
    func row(_ name: String, _ value: String, field: String) -> Row {
      let place = host.origins[field]
      return Row(name: name, value: value, source: place == nil ? "default" : "inventory", place: place)
    }
    var rows = [row("transport", host.transport.name, field: "transport")]
    switch host.transport {
    case .ssh:
      switch host.sshConfig {
      case .usual: rows.append(row("ssh_config", "~/.ssh/config, /etc/ssh/ssh_config", field: "ssh_config"))
      case .file(let path): rows.append(row("ssh_config", path, field: "ssh_config"))
      case .none: rows.append(row("ssh_config", "none", field: "ssh_config"))
      }
    case .openssh:
      let command = host.openSSHCommand(connectTimeout: limits.deadline(.connect, of: host).value)
        .joined(separator: " ")
      rows.append(Row(name: "command", value: command, source: "transport"))
      rows.append(Row(name: "the rest", value: "ssh -G \(host.address)", source: "the system's ssh client"))
    case .command(let words): rows.append(row("command", words.joined(separator: " "), field: "transport"))
    case .local: break
    }
    rows.append(row("agent", host.agentPlace == .host ? "put on the host" : "none there; runs here", field: "agent"))
    if let directory = host.agentDirectory {
      rows.append(row("agent_directory", directory, field: "agent_directory"))
    }
    for address in host.sourceAddresses {
      rows.append(Row(name: "source address", value: address, source: "inventory"))
    }
    return rows
  }

  /// How long each step may take. The login of other transports is their own affair.
  private static func deadlines(_ host: InventoryHost, _ limits: FleetLimits, _ configured: Sourced<Int>?) -> [Row] {
    HostStep.allCases.filter { step in
      switch host.transport {
      case .ssh: true
      case .openssh: step != .authentication
      case .local, .command: step != .connect && step != .authentication
      }
    }.map { step in
      let deadline = limits.deadline(step, of: host, configured: configured)
      let source = source(deadline.origin)
      let seconds = deadline.value == deadline.value.rounded() ? "\(Int(deadline.value))" : "\(deadline.value)"
      return Row(name: step.rawValue, value: "\(seconds) s", source: source.name, place: source.place)
    }
  }

  private static func rows(_ endpoint: SSHEndpoint) -> [Row] {
    func row<Value>(_ name: String, _ sourced: Sourced<Value>, _ text: String? = nil) -> Row {
      let source = source(sourced.origin)
      return Row(name: name, value: text ?? "\(sourced.value)", source: source.name, place: source.place)
    }
    func yesNo(_ name: String, _ sourced: Sourced<Bool>) -> Row { row(name, sourced, sourced.value ? "yes" : "no") }
    let jumps = endpoint.jumps.value.map(\.description).joined(separator: ", ")
    return [
      row("address", endpoint.address), row("port", endpoint.port), row("user", endpoint.user),
      row("through", endpoint.jumps, jumps.isEmpty ? "nobody" : jumps),
    ] + endpoint.identityFiles.map { row("identity file", $0) } + [
      row("ssh-agent", endpoint.identityAgent, endpoint.identityAgent.value ?? "none"),
      yesNo("identities only", endpoint.identitiesOnly),
    ] + endpoint.knownHosts.map { row("known hosts", $0) } + [
      row(
        "new host keys", endpoint.hostKeyChecking,
        endpoint.hostKeyChecking.value == .strict ? "refused" : "accepted and kept"),
      yesNo("hash new names", endpoint.hashKnownHosts),
    ]
      + [
        endpoint.hostKeyAlgorithms.map { row("host key algorithms", $0) },
        endpoint.hostKeyAlias.map { row("host key alias", $0) },
      ].compactMap(\.self)
  }

  private static func source(_ origin: SettingOrigin) -> (name: String, place: ParallaxError.Location?) {
    switch origin {
    case .commandLine: ("command line", nil)
    case .inventory(let place): ("inventory", place)
    case .sshConfig(let place): ("ssh configuration", place)
    case .jumpList: ("list of hops", nil)
    case .builtIn: ("default", nil)
    }
  }

  // MARK: Output

  var text: String {
    parts.map { part in
      let names = part.rows.map(\.name.count).max() ?? 0
      let values = min(48, part.rows.map(\.value.count).max() ?? 0)
      let rows = part.rows.map { row in
        "  \(Self.padded(row.name, names))  \(Self.padded(row.value, values))  "
          + (row.place?.description ?? row.source)
      }
      let skipped = part.skipped.map { "  \($0.place): \($0.what): \($0.reason)" }
      let obstacle = part.obstacle.map { ["cannot be reached so:", "  \($0.place): \($0.what): \($0.reason)"] } ?? []
      return ([part.title] + rows + (skipped.isEmpty ? [] : ["passed over:"] + skipped) + obstacle)
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  var json: [String: Any] {
    var result = Self.json(parts[0])
    result["host"] = host.name
    if parts.count > 1 { result["hops"] = parts.dropFirst().map(Self.json) }
    return result
  }

  private static func json(_ part: Part) -> [String: Any] {
    var result: [String: Any] = [
      "settings": part.rows.map { row in
        var entry = ["name": row.name, "value": row.value, "source": row.source]
        entry["place"] = row.place?.description
        return entry
      },
      "passed_over": part.skipped.map(json),
    ]
    if let obstacle = part.obstacle { result["obstacle"] = json(obstacle) }
    return result
  }

  private static func json(_ skip: SSHSkip) -> [String: String] {
    ["what": skip.what, "reason": skip.reason, "place": skip.place.description]
  }
}
