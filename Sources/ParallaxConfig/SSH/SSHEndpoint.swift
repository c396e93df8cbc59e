public import ParallaxModel

/// Where a value came from.
public enum SettingOrigin: Hashable, Sendable {
  case commandLine
  /// The inventory; nil where only its host's name says it.
  case inventory(ParallaxError.Location?)
  case sshConfig(ParallaxError.Location)
  /// The list of hops itself: `user@host:port`.
  case jumpList
  case builtIn
}

/// A value and where it came from.
public struct Sourced<Value: Hashable & Sendable>: Hashable, Sendable {
  public var value: Value
  public var origin: SettingOrigin

  public init(_ value: Value, _ origin: SettingOrigin) {
    self.value = value
    self.origin = origin
  }
}

/// How one SSH server is reached, every value settled.
public struct SSHEndpoint: Hashable, Sendable {
  /// What one would type after `ssh`.
  public var name: String
  public var address: Sourced<String>
  public var port: Sourced<Int>
  public var user: Sourced<String>
  /// Private keys to offer, in order. Built-in ones need not exist.
  public var identityFiles: [Sourced<String>]
  /// Of the agent's keys, only those whose public half stands beside an identity file.
  public var identitiesOnly: Sourced<Bool>
  /// Socket of the ssh-agent; nil for none.
  public var identityAgent: Sourced<String?>
  public var knownHosts: [Sourced<String>]
  public var hostKeyChecking: Sourced<InventoryHost.HostKeyChecking>
  /// Whether a name that is added to known_hosts is hashed.
  public var hashKnownHosts: Sourced<Bool>
  /// As HostKeyAlgorithms says it, with its `+`, `-` and `^`.
  public var hostKeyAlgorithms: Sourced<String>?
  /// The name under which known_hosts files hold the key.
  public var hostKeyAlias: Sourced<String>?
  /// Seconds.
  public var connectTimeout: Sourced<Int>?
  public var jumps: Sourced<[JumpHost]>
  /// What the configuration asks for that cannot be done here: the host must not be reached otherwise.
  public var obstacle: SSHSkip?
  public var skipped: [SSHSkip]
}

/// The way to a host: the servers to go through, and the host itself, last.
public struct SSHRoute: Hashable, Sendable {
  public var hops: [SSHEndpoint]
  public var host: SSHEndpoint

  /// Errors: `inventoryInvalid` where the configuration asks for something that cannot be done here.
  public func requireUsable() throws(ParallaxError) {
    for endpoint in hops + [host] {
      guard let obstacle = endpoint.obstacle else { continue }
      throw ParallaxError(
        .inventoryInvalid, "\(endpoint.name) is reached by \(obstacle.what), and \(obstacle.reason)",
        at: obstacle.place,
        remedy: "use transport: openssh for it, or say how to reach it in the inventory with proxy_jump (or none)")
    }
  }
}
