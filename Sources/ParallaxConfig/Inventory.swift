public import ParallaxModel

/// The hosts that requests can leave from, with their defaults already filled in.
public struct Inventory: Hashable, Sendable {
  /// In the order of the file.
  public var hosts: [InventoryHost]
  public var groups: [Group]
  /// What was read but is not used, for the user to know. One sentence each.
  public var notes: [String]

  public init(hosts: [InventoryHost], groups: [Group] = [], notes: [String] = []) {
    self.hosts = hosts
    self.groups = groups
    self.notes = notes
  }

  /// A name for several hosts.
  public struct Group: Hashable, Sendable {
    public var name: String
    /// Names of hosts, those of groups within it included, in the order of the file.
    public var hosts: [String]

    public init(name: String, hosts: [String]) {
      self.name = name
      self.hosts = hosts
    }
  }

  /// One per source address, or one per host that names none, in the order of the file.
  public var vantages: [Vantage] { hosts.flatMap(\.vantages) }

  public func host(named name: String) -> InventoryHost? { hosts.first { $0.name == name } }
}

/// How one host is reached, and the addresses that requests can leave it from.
public struct InventoryHost: Hashable, Sendable {
  /// What gives the standard input and output of a process on the host.
  public enum Transport: Hashable, Sendable {
    /// libssh2, the default.
    case ssh
    /// A child process of the controller.
    case local
    /// The system's ssh client with its own configuration.
    case openssh
    /// Any command that runs its last words on the host; `{agent}` stands for the agent's path.
    case command([String])
  }

  public var name: String
  /// A DNS name or an IP address, without brackets.
  public var address: String
  public var port: Int
  /// nil leaves it to the transport: the current user, or what the ssh client's configuration says.
  public var user: String?
  /// Private keys to offer, in order; empty means the usual ones of `~/.ssh`.
  public var identityFiles: [String]
  /// Empty leaves it to the ssh configuration, and then to `~/.ssh/known_hosts`.
  public var knownHostsFiles: [String]
  /// Socket of an ssh-agent; nil means the one of `SSH_AUTH_SOCK`.
  public var identityAgent: String?
  /// IP addresses of the host to bind requests to, in order; empty leaves the choice to its routing table.
  public var sourceAddresses: [String]
  public var transport: Transport
  /// Environment variable of the controller that holds the login password. Passwords are tried only when it is named.
  public var passwordEnvironment: String?
  /// Environment variable of the controller that holds the passphrase of the private key.
  public var passphraseEnvironment: String?
  /// Where the agent is put on the host; nil means the deployer's own choice.
  public var agentDirectory: String?
  /// Where the agent of this host runs.
  public var agentPlace: AgentPlace
  /// Which configuration of the ssh client is followed.
  public var sshConfig: SSHConfigSource
  /// As ssh's ProxyJump says it: hops between commas, or `none`; nil leaves it to the ssh configuration.
  public var proxyJump: String?
  /// nil leaves it to the ssh configuration.
  public var hostKeyChecking: HostKeyChecking?
  /// Seconds that a step may take, where the inventory says so.
  public var deadlines: [HostStep: Double]
  /// Where each field that was given stands, by its name in the file.
  public var origins: [String: ParallaxError.Location]

  /// Where the agent runs.
  public enum AgentPlace: Hashable, Sendable {
    /// On the host, put there.
    case host
    /// On the controller: nothing is put on the host, and requests leave from it through its SSH server.
    case controller
  }

  /// Which files of the ssh client say how a host is reached.
  public enum SSHConfigSource: Hashable, Sendable {
    /// `~/.ssh/config`, and then `/etc/ssh/ssh_config`.
    case usual
    /// This one alone.
    case file(String)
    case none
  }

  /// What becomes of a host key that no known_hosts file holds. A key that has changed is never accepted.
  public enum HostKeyChecking: String, Hashable, Sendable {
    /// It is refused.
    case strict = "yes"
    /// It is accepted and remembered.
    case acceptNew = "accept-new"
  }

  public init(
    name: String, address: String, port: Int = 22, user: String? = nil, identityFiles: [String] = [],
    knownHostsFiles: [String] = [], identityAgent: String? = nil, sourceAddresses: [String] = [],
    transport: Transport = .ssh, passwordEnvironment: String? = nil, passphraseEnvironment: String? = nil,
    agentDirectory: String? = nil, agentPlace: AgentPlace = .host, sshConfig: SSHConfigSource = .usual,
    proxyJump: String? = nil, hostKeyChecking: HostKeyChecking? = nil, deadlines: [HostStep: Double] = [:],
    origins: [String: ParallaxError.Location] = [:]
  ) {
    self.name = name
    self.address = address
    self.port = port
    self.user = user
    self.identityFiles = identityFiles
    self.knownHostsFiles = knownHostsFiles
    self.identityAgent = identityAgent
    self.sourceAddresses = sourceAddresses
    self.transport = transport
    self.passwordEnvironment = passwordEnvironment
    self.passphraseEnvironment = passphraseEnvironment
    self.agentDirectory = agentDirectory
    self.agentPlace = agentPlace
    self.sshConfig = sshConfig
    self.proxyJump = proxyJump
    self.hostKeyChecking = hostKeyChecking
    self.deadlines = deadlines
    self.origins = origins
  }

  public var vantages: [Vantage] {
    sourceAddresses.isEmpty
      ? [Vantage(host: name)] : sourceAddresses.map { Vantage(host: name, sourceAddress: $0) }
  }
}
