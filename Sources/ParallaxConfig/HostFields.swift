internal import ParallaxModel

/// Fields of a host that say how ssh reaches it and where its agent runs.
extension YAMLValue {
  func agentPlace() throws(ParallaxError) -> InventoryHost.AgentPlace {
    // `none` is what people write; YAML has no other meaning for it.
    switch try string() {
    case "host": return .host
    case "none": return .controller
    case let other:
      throw error(
        "unknown place of the agent `\(Printable.inert(other))`",
        remedy: "known: host (it is put there), none (nothing is put there; requests go through its SSH server)")
    }
  }

  func sshConfigSource() throws(ParallaxError) -> InventoryHost.SSHConfigSource {
    try string() == "none" ? .none : .file(try filePath())
  }

  func proxyJump() throws(ParallaxError) -> String {
    let text = try string()
    guard JumpHost.parse(text) != nil else {
      throw error(
        "`\(path)` is no list of hosts to go through", remedy: "write [user@]host[:port], commas between, or none")
    }
    return text
  }

  func hostKeyChecking() throws(ParallaxError) -> InventoryHost.HostKeyChecking {
    let text = try string()
    switch text {
    case "yes", "true", "strict": return .strict
    case "accept-new": return .acceptNew
    default:
      throw error(
        "`\(path)` is neither strict nor accept-new",
        remedy: "there is no way to accept any key: a key that has changed is always refused")
    }
  }
}

/// What a host without an agent of its own cannot do, said when the inventory is read.
enum AgentlessHost {
  static func check(_ host: InventoryHost, _ value: YAMLValue) throws(ParallaxError) {
    guard host.agentPlace == .controller else { return }
    guard host.transport == .ssh else {
      throw value.error(
        "the host `\(host.name)` has `agent: none`, which needs `transport: ssh`",
        remedy: "requests then leave through the host's SSH server; another transport has none")
    }
    guard host.sourceAddresses.isEmpty else {
      throw value.error(
        "the host `\(host.name)` has `agent: none` and source addresses: its SSH server chooses the address itself",
        remedy: "remove `source_addresses`, or let the agent be put there")
    }
  }
}
