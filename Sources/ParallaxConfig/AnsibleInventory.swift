internal import ParallaxModel
internal import Yams

/// An Ansible inventory in YAML: groups with `hosts`, `children` and `vars`.
///
/// Variables reach a host as in Ansible: those of `all` first, then those of its groups and their parents, the deeper
/// group winning (among equals the higher `ansible_group_priority`, then the later name), and the host's own over all.
/// Only the variables that say how to reach a host are used.
/// https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html
struct AnsibleInventory {
  private var hosts: [Entry] = []
  private var groups: [Group] = []
  private var notes: [String] = []

  private struct Entry {
    let name: String
    let key: YAMLValue
    var variables: [String: YAMLValue]
  }

  private struct Group {
    let name: String
    var variables: [String: YAMLValue] = [:]
    var parents: [String] = []
    /// Those that stand in the group itself.
    var hosts: [String] = []
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
    reading.groups.append(Group(name: "all"))
    for group in try root.fields().entries {
      try reading.group(group, parent: group.name == "all" ? nil : "all")
    }
    var hosts: [InventoryHost] = []
    for var entry in reading.hosts {
      entry.variables = reading.inherited(by: entry.name).merging(entry.variables) { $1 }
      hosts.append(try reading.host(entry))
    }
    return Inventory(hosts: hosts, groups: reading.named(hosts.map(\.name)), notes: reading.notes)
  }

  private mutating func group(_ entry: YAMLFields.Entry, parent: String?) throws(ParallaxError) {
    let index = groups.firstIndex { $0.name == entry.name } ?? groups.endIndex
    if index == groups.endIndex { groups.append(Group(name: entry.name)) }
    if let parent, !groups[index].parents.contains(parent) {
      guard parent != entry.name, !ancestors(of: parent).contains(entry.name) else {
        throw entry.key.error("the group `\(Printable.inert(entry.name))` is among its own children")
      }
      groups[index].parents.append(parent)
    }
    guard !entry.value.isNull else { return }
    let fields = try entry.value.fields(["hosts", "children", "vars"])
    groups[index].variables.merge(try variables(fields["vars"])) { $1 }
    for host in try fields["hosts"]?.fields().entries ?? [] {
      let own = try variables(host.value.isNull ? nil : host.value)
      for name in try AnsibleHostRange.names(host.key) { add(name, host.key, own: own, toGroup: index) }
    }
    for child in try fields["children"]?.fields().entries ?? [] { try group(child, parent: entry.name) }
  }

  private mutating func add(_ name: String, _ key: YAMLValue, own: [String: YAMLValue], toGroup group: Int) {
    if !groups[group].hosts.contains(name) { groups[group].hosts.append(name) }
    if let index = hosts.firstIndex(where: { $0.name == name }) {
      hosts[index].variables.merge(own) { $1 }
    } else {
      hosts.append(Entry(name: name, key: key, variables: own))
    }
  }

  private func group(_ name: String) -> Group? { groups.first { $0.name == name } }

  /// The group itself and all above it.
  private func ancestors(of name: String) -> Set<String> {
    (group(name)?.parents ?? []).reduce(into: [name]) { $0.formUnion(ancestors(of: $1)) }
  }

  private func depth(of name: String) -> Int {
    name == "all" ? 0 : 1 + (group(name)?.parents.map(depth).max() ?? 0)
  }

  /// What a host's groups say, the stronger over the weaker.
  private func inherited(by host: String) -> [String: YAMLValue] {
    let own = groups.filter { $0.hosts.contains(host) }.map(\.name)
    let names = own.reduce(into: Set(["all"])) { $0.formUnion(ancestors(of: $1)) }
    let rank = groups.filter { names.contains($0.name) }.map { group in
      let priority = group.variables["ansible_group_priority"]?.node.scalar.flatMap { Int($0.string) } ?? 1
      return (group: group, depth: depth(of: group.name), priority: priority)
    }
    return rank.sorted { ($0.depth, $0.priority, $0.group.name) < ($1.depth, $1.priority, $1.group.name) }
      .reduce(into: [:]) { $0.merge($1.group.variables) { $1 } }
  }

  /// The groups as names for hosts, with those hosts that stand in none but `all` as `ungrouped`.
  private func named(_ hosts: [String]) -> [Inventory.Group] {
    let named = groups.filter { $0.name != "all" }.map { group in
      Inventory.Group(
        name: group.name,
        hosts: hosts.filter { host in
          groups.contains { $0.hosts.contains(host) && ancestors(of: $0.name).contains(group.name) }
        })
    }
    let rest = hosts.filter { host in !named.contains { $0.hosts.contains(host) } }
    return rest.isEmpty || group("ungrouped") != nil ? named : named + [Inventory.Group(name: "ungrouped", hosts: rest)]
  }

  private func variables(_ value: YAMLValue?) throws(ParallaxError) -> [String: YAMLValue] {
    guard let value else { return [:] }
    var result: [String: YAMLValue] = [:]
    for entry in try value.fields().entries where !entry.value.isNull { result[entry.name] = entry.value }
    return result
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
    if let field = try value("ansible_host", "ansible_ssh_host") {
      host.address = try field.hostAddress()
      host.origins["address"] = field.location
    }
    if let field = try value("ansible_port", "ansible_ssh_port") {
      host.port = try field.port()
      host.origins["port"] = field.location
    }
    if let field = try value("ansible_user", "ansible_ssh_user") {
      host.user = try field.string()
      host.origins["user"] = field.location
    }
    if let field = try value("ansible_ssh_private_key_file", "ansible_private_key_file") {
      host.identityFiles = try field.filePaths()
      host.origins["identity_file"] = field.location
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
      notes.append("\(ignored) of \(name) is not used; say the same in ~/.ssh/config, which is followed")
    }
    return host
  }
}
