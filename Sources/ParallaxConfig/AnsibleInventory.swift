internal import ParallaxModel
internal import Yams

/// An Ansible inventory in YAML: groups with `hosts`, `children` and `vars`.
///
/// Variables reach a host as in Ansible: a group's go to its hosts and children, the deeper group wins, the host's own
/// win over all. Only the variables that say how to reach a host are used.
/// https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html
struct AnsibleInventory {
  private var hosts: [Entry] = []
  private var notes: [String] = []

  private struct Entry {
    let name: String
    let key: YAMLValue
    var variables: [String: YAMLValue]
  }

  /// Its top level holds groups, ours holds `hosts`.
  static func isOne(_ root: YAMLValue) throws(ParallaxError) -> Bool {
    let entries = try root.fields().entries
    if entries.contains(where: { $0.name == "all" }) { return true }
    guard !entries.isEmpty, !entries.contains(where: { $0.name == "hosts" || $0.name == "defaults" }) else {
      return false
    }
    return entries.allSatisfy { entry in
      guard let mapping = entry.value.node.mapping else { return false }
      return mapping.contains { ["hosts", "children", "vars"].contains($0.key.scalar?.string) }
    }
  }

  static func read(_ root: YAMLValue) throws(ParallaxError) -> Inventory {
    var reading = AnsibleInventory()
    let groups = try root.fields().entries
    // Variables of `all` reach the hosts of every group.
    var common: [String: YAMLValue] = [:]
    if let all = groups.first(where: { $0.name == "all" }), all.value.isMapping {
      common = try reading.variables(try all.value.fields()["vars"])
    }
    for group in groups where !group.value.isNull { try reading.group(group.value, inherited: common) }
    var hosts: [InventoryHost] = []
    for entry in reading.hosts { hosts.append(try reading.host(entry)) }
    return Inventory(hosts: hosts, notes: reading.notes)
  }

  private mutating func group(_ value: YAMLValue, inherited: [String: YAMLValue]) throws(ParallaxError) {
    let fields = try value.fields(["hosts", "children", "vars"])
    let variables = inherited.merging(try variables(fields["vars"])) { $1 }
    for entry in try fields["hosts"]?.fields().entries ?? [] {
      let own = try self.variables(entry.value.isNull ? nil : entry.value)
      for name in try names(entry.key) { add(name, entry.key, group: variables, own: own) }
    }
    for child in try fields["children"]?.fields().entries ?? [] where !child.value.isNull {
      try group(child.value, inherited: variables)
    }
  }

  /// A host may stand in several groups; what is said later, or nearer to the host, wins.
  private mutating func add(
    _ name: String, _ key: YAMLValue, group: [String: YAMLValue], own: [String: YAMLValue]
  ) {
    let variables = group.merging(own) { $1 }
    guard let index = hosts.firstIndex(where: { $0.name == name }) else {
      hosts.append(Entry(name: name, key: key, variables: variables))
      return
    }
    hosts[index].variables.merge(variables) { $1 }
  }

  private func variables(_ value: YAMLValue?) throws(ParallaxError) -> [String: YAMLValue] {
    guard let value else { return [:] }
    var result: [String: YAMLValue] = [:]
    for entry in try value.fields().entries where !entry.value.isNull { result[entry.name] = entry.value }
    return result
  }

  /// `web[01:03]` stands for web01, web02 and web03.
  private func names(_ key: YAMLValue) throws(ParallaxError) -> [String] {
    let text = try key.string()
    guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close else {
      return [text]
    }
    let bounds = text[text.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false)
    guard bounds.count == 2, let low = Int(bounds[0]), let high = Int(bounds[1]), low >= 0, low <= high,
      high - low < 10_000
    else { throw key.error("`\(Printable.inert(text))` is not a range like web[01:50]") }
    let after = text[text.index(after: close)...]
    guard !after.contains("[") else { throw key.error("a host name may have one range only") }
    return (low...high).map { number in
      let digits = String(number)
      let padding = bounds[0].hasPrefix("0") ? max(0, bounds[0].count - digits.count) : 0
      return text[..<open] + String(repeating: "0", count: padding) + digits + after
    }
  }

  private mutating func host(_ entry: Entry) throws(ParallaxError) -> InventoryHost {
    func value(_ names: String...) throws(ParallaxError) -> YAMLValue? {
      for name in names {
        guard let value = entry.variables[name] else { continue }
        if let text = value.node.scalar?.string, text.contains("{{") {
          throw value.error(
            "the variable `\(name)` of `\(entry.name)` holds a Jinja template, which is not evaluated here",
            remedy: "write the value out, or keep a hosts.yaml of its own")
        }
        return value
      }
      return nil
    }
    let name = try entry.key.child(.scalar(.init(entry.name, .implicit, .plain, entry.key.node.mark)), path: "")
      .identifier("a host")
    var host = InventoryHost(name: name, address: name)
    if let field = try value("ansible_host", "ansible_ssh_host") { host.address = try field.hostAddress() }
    if let field = try value("ansible_port", "ansible_ssh_port") { host.port = try field.port() }
    if let field = try value("ansible_user", "ansible_ssh_user") { host.user = try field.string() }
    if let field = try value("ansible_ssh_private_key_file", "ansible_private_key_file") {
      host.identityFiles = try field.filePaths()
    }
    if let field = try value("source_addresses", "parallax_source_addresses") {
      host.sourceAddresses = try field.sourceAddresses()
    }
    if let field = try value("ansible_connection") {
      switch try field.string() {
      case "local", "ansible.builtin.local": host.transport = .local
      case "ssh", "ansible.builtin.ssh", "smart", "paramiko", "paramiko_ssh": host.transport = .ssh
      default:
        throw field.error("the host `\(name)` has a connection that is neither ssh nor local")
      }
    }
    for ignored in ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_password", "ansible_ssh_pass"]
    where entry.variables[ignored] != nil {
      notes.append(
        "\(ignored) of \(name) is not used; `transport: openssh` in a hosts.yaml follows the ssh client's configuration"
      )
    }
    return host
  }
}
