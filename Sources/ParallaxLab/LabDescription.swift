/// A lab that is up: where everything is.
public struct LabDescription: Codable, Sendable {
  /// Tells this lab's namespaces and processes from those of other labs.
  public var id: String
  public var mode: LabMode
  /// Absolute; everything the lab writes is under it.
  public var directory: String
  /// Whom to log in as.
  public var user: String
  public var hosts: [LabHost]
  public var target: LabTarget
  /// Where `parallax` must run to reach the hosts; nil in loopback mode.
  public var controllerNamespace: String?

  /// The environment variable by which `down` knows what runs on a host of the lab, or works for the lab.
  static let marker = "PARALLAX_LAB"

  public var files: LabFiles { LabFiles(directory: directory) }
}

/// One host of the lab.
public struct LabHost: Codable, Sendable {
  public var name: String
  public var address: String
  /// Only namespaces have one.
  public var address6: String?
  public var port: Int
  public var namespace: String?
}

/// The rate-limited endpoint.
public struct LabTarget: Codable, Sendable {
  public var address: String
  public var address6: String?
  public var port: Int
  public var tlsPort: Int
  /// The name in the certificate, beside the addresses.
  public var serverName: String
  public var namespace: String?
  public var configuration: LabTargetConfiguration

  /// `http://address:port`, without a path: every path answers.
  public var url: String { port == 80 ? "http://\(address)" : "http://\(address):\(port)" }
  /// The same limiter behind TLS, with a certificate of the lab's own authority.
  public var tlsURL: String { tlsPort == 443 ? "https://\(address)" : "https://\(address):\(tlsPort)" }
}

/// The files of a lab, all under its directory.
public struct LabFiles: Sendable {
  public var directory: String

  public init(directory: String) {
    self.directory = directory
  }

  /// What the lab is, for `down`.
  public var state: String { directory + "/lab.json" }
  /// The inventory, ready for `--hosts`.
  public var inventory: String { directory + "/hosts.yaml" }
  /// A plan for the target as it is now, with the truth as its `expect`.
  public var plan: String { directory + "/plan.yaml" }
  /// The users' private key, ed25519, made for this lab.
  public var identity: String { directory + "/id_ed25519" }
  public var knownHosts: String { directory + "/known_hosts" }
  /// The same entries as Debian's ssh writes them.
  public var hashedKnownHosts: String { directory + "/known_hosts.hashed" }
  /// `KEY_A1=...` lines with the API keys, mode 0600. Worthless outside this lab; real keys never stand in a file.
  public var keys: String { directory + "/keys.env" }
  /// The authority that signed the target's certificate.
  public var certificateAuthority: String { directory + "/target/ca.pem" }
  /// One line per request: Unix time, client address, key name, status, method, URI, and the number that the answer has
  /// in its X-Request-Id. Emptied when the target changes.
  public var accessLog: String { directory + "/target/access.log" }

  var authorizedKeys: String { directory + "/authorized_keys" }
  var target: String { directory + "/target" }
  var serverCertificate: String { target + "/server.pem" }
  var serverKey: String { target + "/server.key" }
  var nginxConfiguration: String { target + "/nginx.conf" }
  func host(_ name: String) -> String { directory + "/hosts/" + name }
  func sshdConfiguration(_ host: String) -> String { self.host(host) + "/sshd_config" }
  func hostKey(_ host: String) -> String { self.host(host) + "/ssh_host_ed25519_key" }
}
