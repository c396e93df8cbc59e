/// Where to connect, as whom, whom to trust, and how long to wait for each phase.
public struct SSHConfiguration: Sendable {
  /// A name, an IPv4 or an IPv6 address (without brackets).
  public var host: String
  public var port: UInt16
  public var user: String
  /// Files in OpenSSH's known_hosts format, read in this order; those that do not exist are passed over.
  public var knownHosts: [String]
  /// What becomes of a host key that none of the files holds.
  public var hostKeyChecking = SSHHostKeyChecking.strict
  /// Whether names are hashed where `acceptNew` adds them to the first of the files.
  public var hashKnownHosts = false
  /// The name under which the files hold the key; nil for the host and its port.
  public var hostKeyAlias: String?
  /// As OpenSSH's HostKeyAlgorithms says it, with `+`, `-` and `^`; nil for all that libssh2 can check.
  public var hostKeyAlgorithms: String?
  /// Tried in this order until one is accepted.
  public var authentication: [SSHAuthentication]
  public var timeouts: SSHTimeouts

  public init(
    host: String, port: UInt16 = 22, user: String, knownHosts: [String], authentication: [SSHAuthentication],
    timeouts: SSHTimeouts = SSHTimeouts()
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.knownHosts = knownHosts
    self.authentication = authentication
    self.timeouts = timeouts
  }

  /// The host as known_hosts files and messages write it: `host`, or `[host]:port` where the port is not 22.
  var endpoint: String { KnownHosts.name(host: host, port: port) }
}

/// What becomes of a host key that no known_hosts file holds. One that has changed is refused whatever this says.
public enum SSHHostKeyChecking: Sendable {
  case strict
  /// It is taken and added to the first file; also refused where the host is known by a key of another type.
  case acceptNew
}

/// The longest that each phase may take, and how soon a peer that falls silent counts as gone.
public struct SSHTimeouts: Sendable {
  /// Name resolution and TCP, over all addresses of the host together.
  public var connect: Duration
  /// From the server's banner to the verified host key.
  public var handshake: Duration
  /// Each authentication method; the time a person takes to type a passphrase is not counted.
  public var authentication: Duration
  /// From asking for a command to the server's word that it runs.
  public var open: Duration
  /// How long TCP may go unacknowledged, data or keep-alive probes, before the connection counts as dead.
  public var silence: Duration

  public init(
    connect: Duration = .seconds(10), handshake: Duration = .seconds(10), authentication: Duration = .seconds(15),
    open: Duration = .seconds(10), silence: Duration = .seconds(20)
  ) {
    self.connect = connect
    self.handshake = handshake
    self.authentication = authentication
    self.open = open
    self.silence = silence
  }
}
