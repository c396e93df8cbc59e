internal import Glibc
internal import ParallaxSSH

/// A real sshd, run by this test as the current user on a free port of 127.0.0.1, with host keys of its own.
final class SSHServer: Sendable {
  let folder: Folder
  let keys: TestKeys
  let port: UInt16
  let hostKeys: [String]
  let processID: pid_t

  private init(folder: Folder, keys: TestKeys, port: UInt16, hostKeys: [String], processID: pid_t) {
    self.folder = folder
    self.keys = keys
    self.port = port
    self.hostKeys = hostKeys
    self.processID = processID
  }

  /// Starts a server, and stops it when `body` is done.
  @discardableResult
  static func with<Result>(
    hostKeys: [String] = ["ed25519"], options: [String] = [], _ body: (SSHServer) async throws -> Result
  ) async throws -> Result {
    let server = try await start(hostKeys: hostKeys, options: options)
    defer { server.stop() }
    return try await body(server)
  }

  private static func start(hostKeys: [String], options: [String]) async throws -> SSHServer {
    let folder = try Folder()
    let keys = try TestKeys.shared.get()
    for type in hostKeys {
      try Tool.run("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", "", "-f", "\(folder.path)/host_\(type)"])
    }
    if getuid() == 0 {
      // What sshd wants when root starts it, and the package's own start-up script makes.
      mkdir("/run/sshd", 0o755)
    }
    try folder.write(try keys.authorized().utf8, to: "authorized_keys")
    // Another process may take the port between our finding it free and sshd's using it.
    for _ in 0..<5 {
      let port = try Loopback.freePort()
      let configuration = """
        Port \(port)
        ListenAddress 127.0.0.1
        \(hostKeys.map { "HostKey \(folder.path)/host_\($0)" }.joined(separator: "\n"))
        PidFile none
        UsePAM no
        StrictModes no
        AuthorizedKeysFile \(folder.path)/authorized_keys
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        MaxStartups 200
        # Keeps bash from reading its start-up file, which sshd makes it do.
        SetEnv SHLVL=1
        \(options.joined(separator: "\n"))
        """
      let file = try folder.write(configuration.utf8, to: "sshd_config")
      let pid = try Tool.spawn("/usr/sbin/sshd", ["-D", "-f", file, "-E", "\(folder.path)/log"])
      while Tool.isRunning(pid) {
        if Loopback.answers(port) {
          return SSHServer(folder: folder, keys: keys, port: port, hostKeys: hostKeys, processID: pid)
        }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    throw Tool.Failure(description: "sshd does not start: \((try? folder.read("log")) ?? "no log")")
  }

  private func stop() {
    Tool.end(processID)
  }

  static var user: String { String(cString: getpwuid(getuid()).pointee.pw_name) }

  /// The line of known_hosts for a host key of this server.
  func knownHostsLine(_ type: String = "ed25519", host: String = "127.0.0.1") throws -> String {
    "[\(host)]:\(port) " + (try folder.read("host_\(type).pub"))
  }

  /// A configuration that works, unless the test changes it.
  func configuration(
    knownHosts: String? = nil, authentication: [SSHAuthentication]? = nil, timeouts: SSHTimeouts = SSHTimeouts()
  ) throws -> SSHConfiguration {
    let lines = try knownHosts ?? hostKeys.map { try knownHostsLine($0) }.joined()
    let file = try folder.write(lines.utf8, to: "known_hosts_\(UInt64.random(in: 0...UInt64.max))")
    return SSHConfiguration(
      host: "127.0.0.1", port: port, user: Self.user, knownHosts: [file],
      authentication: authentication ?? [.keyFile(path: keys.path("ed25519"))], timeouts: timeouts)
  }

  func connect() async throws -> SSHConnection {
    try await SSHConnection.connect(try configuration())
  }
}
