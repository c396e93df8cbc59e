internal import Foundation
internal import ParallaxModel

/// One host's sshd: its own configuration, its own host key made on the spot, and a home of its own.
struct SSHServer {
  var lab: LabDescription
  var host: LabHost

  /// Makes the host key, the home and the configuration.
  func prepare() throws(ParallaxError) {
    let files = lab.files
    try FileWriting.makeDirectory(home)
    try Command.require(
      LabTool.sshKeygen.require(), ["-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", files.hostKey(host.name)],
      for: lab)
    try FileWriting.write(configuration, to: files.sshdConfiguration(host.name))
  }

  /// Lines of known_hosts; a port other than 22 is written `[address]:port`.
  func knownHosts() throws(ParallaxError) -> String {
    let path = lab.files.hostKey(host.name) + ".pub"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ParallaxError(.labFailed, "\(path) cannot be read")
    }
    let key = text.split(separator: " ").prefix(2).joined(separator: " ")
    return [host.address, host.address6].compactMap { $0 }
      .map { "\(host.port == 22 ? $0 : "[\($0)]:\(host.port)") \(key)\n" }.joined()
  }

  var daemon: Daemon {
    Daemon(
      role: "sshd \(host.name)", tool: .sshd,
      arguments: ["-D", "-f", lab.files.sshdConfiguration(host.name), "-E", log],
      configuration: lab.files.sshdConfiguration(host.name), namespace: host.namespace, address: host.address,
      ports: [host.port], log: log)
  }

  private var log: String { lab.files.host(host.name) + "/sshd.log" }
  private var home: String { lab.files.host(host.name) + "/home" }

  /// - SHLVL keeps bash, which takes a shell of sshd for a login from afar, from the user's start-up files.
  /// - HOME keeps what is deployed to a host apart from the other hosts, and inside the lab.
  /// - StrictModes would refuse a directory that others can write, such as one under /tmp.
  private var configuration: String {
    let listen = [host.address, host.address6].compactMap { $0 }.map { "ListenAddress \($0)" }.joined(separator: "\n")
    return """
      Port \(host.port)
      \(listen)
      HostKey "\(lab.files.hostKey(host.name))"
      PidFile none
      AuthorizedKeysFile "\(lab.files.authorizedKeys)"
      StrictModes no
      PermitRootLogin prohibit-password
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      UsePAM \(Self.rootIsLocked ? "yes" : "no")
      UseDNS no
      MaxStartups 200
      MaxSessions 50
      PrintMotd no
      Subsystem sftp internal-sftp
      SetEnv SHLVL=1 \(LabDescription.marker)=\(lab.id) "HOME=\(home)"

      """
  }

  /// Without PAM, sshd refuses an account whose password field begins with `!`, keys or not; with PAM it does not.
  private static var rootIsLocked: Bool {
    guard geteuid() == 0, let shadow = try? String(contentsOfFile: "/etc/shadow", encoding: .utf8) else { return false }
    return shadow.split(separator: "\n").contains { $0.hasPrefix("root:!") }
  }
}
