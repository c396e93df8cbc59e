internal import ParallaxModel

/// The `groups` of a hosts.yaml: each a list of hosts, patterns and other groups, in any order.
struct HostGroups {
  private let entries: [YAMLFields.Entry]
  private let hosts: [String]
  private var resolved: [String: [String]] = [:]
  private var underWay: [String] = []

  static func read(_ value: YAMLValue, hosts: [String]) throws(ParallaxError) -> [Inventory.Group] {
    var groups = HostGroups(entries: try value.fields().entries, hosts: hosts)
    var result: [Inventory.Group] = []
    for entry in groups.entries {
      let name = try entry.key.identifier("a group")
      guard name != "all", !hosts.contains(name) else {
        throw entry.key.error(
          name == "all" ? "the group `all` is there already: every host" : "`\(name)` is a host and a group",
          remedy: "give the group another name")
      }
      result.append(Inventory.Group(name: name, hosts: try groups.members(of: entry)))
    }
    return result
  }

  private init(entries: [YAMLFields.Entry], hosts: [String]) {
    self.entries = entries
    self.hosts = hosts
  }

  private mutating func members(of entry: YAMLFields.Entry) throws(ParallaxError) -> [String] {
    if let known = resolved[entry.name] { return known }
    guard !underWay.contains(entry.name) else {
      throw entry.key.error("the group `\(entry.name)` contains itself", remedy: "take it out of its own members")
    }
    underWay.append(entry.name)
    defer { underWay.removeLast() }
    var texts: [String] = []
    for item in try entry.value.oneOrMore() { texts.append(try item.string()) }
    let selection = HostSelection(texts)
    var labels: [String: [String]] = [:]
    for other in entries where selection.names(other.name) {
      for host in try members(of: other) { labels[host, default: []].append(other.name) }
    }
    do {
      let members = try selection.select(from: hosts) { [$0] + (labels[$0] ?? []) }
      resolved[entry.name] = hosts.filter(members.contains)
      return resolved[entry.name] ?? []
    } catch {
      throw entry.value.error(error.message, remedy: error.remedy)
    }
  }
}

extension HostSelection {
  /// Whether one of the elements is exactly this name.
  fileprivate func names(_ name: String) -> Bool { elements.contains { $0.pattern == name } }
}
