/// How the hosts of the lab get addresses of their own.
public enum LabMode: String, Codable, Sendable, CaseIterable {
  /// Every host is an sshd on an address of 127/8, run by the current user. Needs no privilege.
  case loopback
  /// Every host is a network namespace with an IPv4 and an IPv6 address. Needs root.
  case namespaces
}

/// What lab to bring up.
public struct LabConfiguration: Sendable {
  /// Which ports the daemons listen on; namespaces always use the well-known ones.
  public enum Ports: Sendable {
    /// Those that the repository's own hosts.yaml names.
    case fixed
    /// Free ones, so that several labs can be up at once.
    case free
  }

  public var mode: LabMode
  public var hosts: Int
  public var ports: Ports
  public var target: LabTargetConfiguration

  /// How many hosts fit beside the target in the lab's address plan.
  public static let hostRange = 1...200

  public init(
    mode: LabMode = .loopback, hosts: Int = 3, ports: Ports = .fixed,
    target: LabTargetConfiguration = LabTargetConfiguration()
  ) {
    self.mode = mode
    self.hosts = hosts
    self.ports = ports
    self.target = target
  }
}

/// How the target limits. The defaults let a fresh client send 11 requests at once, then one every two seconds.
public struct LabTargetConfiguration: Codable, Hashable, Sendable {
  public var limiter: LabLimiter
  public var rate: LabRate
  /// Requests beyond the pace that are let through: an idle bucket holds 1 + burst.
  public var burst: Int
  /// false: excess requests wait in nginx's queue instead of being refused at once.
  public var noDelay: Bool
  /// The status of a refusal.
  public var status: Int
  /// Another client has spent the bucket that the reference cell will use before the experiment begins.
  public var drained: Bool
  /// Names of hosts whose every request is refused with `status`, whatever the limiter says.
  public var blockedHosts: [String]

  public init(
    limiter: LabLimiter = LabLimiter(scope: [.ip]), rate: LabRate = LabRate(requests: 30, seconds: 60),
    burst: Int = 10, noDelay: Bool = true, status: Int = 429, drained: Bool = false, blockedHosts: [String] = []
  ) {
    self.limiter = limiter
    self.rate = rate
    self.burst = burst
    self.noDelay = noDelay
    self.status = status
    self.drained = drained
    self.blockedHosts = blockedHosts
  }
}
