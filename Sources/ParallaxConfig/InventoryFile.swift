public import ParallaxModel

/// Reads hosts.yaml, or an Ansible inventory in YAML as it is.
///
/// Every error is `inventory_invalid` with the file, line and column.
public enum InventoryFile {
  public static func load(path: String) throws(ParallaxError) -> Inventory {
    try parse(text: try YAMLDocument.read(path: path, code: .inventoryInvalid), file: path)
  }

  /// - Parameter file: the path shown in errors; relative paths in the inventory count from its directory.
  public static func parse(text: String, file: String) throws(ParallaxError) -> Inventory {
    let root = try YAMLDocument.parse(text: text, file: file, code: .inventoryInvalid)
    let inventory =
      try AnsibleInventory.isOne(root) ? AnsibleInventory.read(root) : HostsReader(root: root).inventory()
    guard !inventory.hosts.isEmpty else {
      throw root.error("the inventory has no hosts", remedy: "add at least one under `hosts`")
    }
    return inventory
  }
}

/// One reading of a hosts.yaml.
struct HostsReader {
  let root: YAMLValue

  /// Fields that a host and the defaults may both have.
  private static let shared =
    [
      "port", "user", "identity_file", "known_hosts", "identity_agent", "transport", "password_env", "passphrase_env",
      "agent_directory", "agent", "ssh_config", "proxy_jump", "host_key_checking",
    ] + HostStep.allCases.map(\.rawValue)
  private static let own = ["address", "source_addresses", "command"]
  private static let secrets = ["password", "passphrase", "secret", "ssh_pass"]

  func inventory() throws(ParallaxError) -> Inventory {
    let fields = try root.fields(["defaults", "hosts", "groups"])
    var base = InventoryHost(name: "", address: "")
    if let defaults = fields["defaults"] {
      try refuseSecrets(in: defaults)
      try apply(try defaults.fields(Self.shared), to: &base)
    }
    let hostsField = try fields.required(
      "hosts", because: "name at least one host: `hosts: { fra1: { address: ... } }`")
    var hosts: [InventoryHost] = []
    for entry in try hostsField.fields().entries {
      hosts.append(try host(entry, base: base))
    }
    var groups: [Inventory.Group] = []
    if let field = fields["groups"] { groups = try HostGroups.read(field, hosts: hosts.map(\.name)) }
    return Inventory(hosts: hosts, groups: groups)
  }

  private func host(_ entry: YAMLFields.Entry, base: InventoryHost) throws(ParallaxError) -> InventoryHost {
    var host = base
    host.name = try entry.key.identifier("a host")
    host.address = host.name
    guard !entry.value.isNull else { return host }
    try refuseSecrets(in: entry.value)
    let fields = try entry.value.fields(Self.own + Self.shared)
    try apply(fields, to: &host)
    if let field = fields["address"] {
      host.address = try field.hostAddress()
      host.origins["address"] = field.location
    }
    if let field = fields["source_addresses"] { host.sourceAddresses = try field.sourceAddresses() }
    if let field = fields["command"] {
      let words = try field.strings()
      guard words.first?.isEmpty == false else { throw field.error("`\(field.path)` is empty") }
      guard fields["transport"] == nil || host.transport == .command([]) else {
        throw field.error("`command` needs `transport: command`")
      }
      host.transport = .command(words)
    }
    try AgentlessHost.check(host, entry.value)
    guard host.transport != .command([]) else {
      throw entry.value.error(
        "the host `\(host.name)` has `transport: command` and no command",
        remedy: "add for example `command: [kubectl, exec, -i, pod1, --, \"{agent}\"]`")
    }
    return host
  }

  private func apply(_ fields: YAMLFields, to host: inout InventoryHost) throws(ParallaxError) {
    if let field = fields["port"] { host.port = try field.port() }
    if let field = fields["user"] { host.user = try field.string() }
    if let field = fields["identity_file"] { host.identityFiles = try field.filePaths() }
    if let field = fields["known_hosts"] { host.knownHostsFiles = try field.filePaths() }
    if let field = fields["identity_agent"] { host.identityAgent = try field.filePath() }
    if let field = fields["transport"] { host.transport = try field.transport() }
    if let field = fields["password_env"] { host.passwordEnvironment = try field.string() }
    if let field = fields["passphrase_env"] { host.passphraseEnvironment = try field.string() }
    if let field = fields["agent_directory"] { host.agentDirectory = try field.remoteDirectory() }
    if let field = fields["agent"] { host.agentPlace = try field.agentPlace() }
    if let field = fields["ssh_config"] { host.sshConfig = try field.sshConfigSource() }
    if let field = fields["proxy_jump"] { host.proxyJump = try field.proxyJump() }
    if let field = fields["host_key_checking"] { host.hostKeyChecking = try field.hostKeyChecking() }
    for step in HostStep.allCases {
      if let field = fields[step.rawValue] { host.deadlines[step] = try field.duration() }
    }
    for name in Self.shared { if let field = fields[name] { host.origins[name] = field.location } }
  }

  private func refuseSecrets(in value: YAMLValue) throws(ParallaxError) {
    guard value.isMapping else { return }
    for entry in try value.fields().entries where Self.secrets.contains(entry.name) {
      throw entry.key.error(
        "secrets never stand in an inventory",
        remedy: "name an environment variable instead: `password_env` or `passphrase_env`")
    }
  }
}

extension YAMLValue {
  func port() throws(ParallaxError) -> Int { try integer(in: 1...65535) }

  func hostAddress() throws(ParallaxError) -> String {
    var text = try string()
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    guard HostAddress.isValid(text) else {
      throw error(
        "`\(Printable.inert(text))` is neither a host name nor an IP address", remedy: "a port stands in `port`")
    }
    return text
  }

  func sourceAddresses() throws(ParallaxError) -> [String] {
    var result: [String] = []
    for item in try oneOrMore() {
      let text = try item.string()
      guard HostAddress.isIPv4(text) || HostAddress.isIPv6(text) else {
        throw item.error("the source address `\(Printable.inert(text))` is not an IP address")
      }
      guard !result.contains(text) else { throw item.error("the source address `\(text)` stands twice") }
      result.append(text)
    }
    return result
  }

  func filePaths() throws(ParallaxError) -> [String] {
    var result: [String] = []
    for item in try oneOrMore() { result.append(try item.filePath()) }
    return result
  }

  /// A directory on the host; nothing a shell could take for more than a path.
  func remoteDirectory() throws(ParallaxError) -> String {
    let text = try string()
    let path = text.hasPrefix("~/") ? text.dropFirst(2) : text[...]
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 47, 95: true
      default: false
      }
    }
    guard isPlain, !path.isEmpty, !path.hasPrefix("-") else {
      throw error("`\(self.path)` may hold letters, digits, `/`, `.`, `_` and `-` only")
    }
    return text
  }

  func transport() throws(ParallaxError) -> InventoryHost.Transport {
    let known = ["ssh", "local", "openssh", "command"]
    switch try string() {
    case "ssh": return .ssh
    case "local": return .local
    case "openssh": return .openssh
    case "command": return .command([])
    case let other:
      let nearest = Suggestion.nearest(to: other, among: known).map { "did you mean `\($0)`? " } ?? ""
      throw error(
        "unknown transport `\(Printable.inert(other))`", remedy: "\(nearest)known: \(known.joined(separator: ", "))")
    }
  }
}
