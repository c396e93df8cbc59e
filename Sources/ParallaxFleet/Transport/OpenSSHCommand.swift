public import ParallaxConfig

extension InventoryHost {
  /// The system's ssh client, as it is called for this host. What the inventory says comes before that client's own
  /// configuration; the rest is left to it.
  ///
  /// - Parameter connectTimeout: seconds.
  public func openSSHCommand(connectTimeout: Double) -> [String] {
    var words = ["ssh", "-T", "-oBatchMode=yes", "-oConnectTimeout=\(Int(connectTimeout.rounded(.up)))"]
    switch sshConfig {
    case .usual: break
    case .file(let path): words += ["-F", path]
    case .none: words += ["-F", "none"]
    }
    if port != 22 || origins["port"] != nil { words += ["-p", String(port)] }
    if let user = user { words += ["-l", user] }
    words += identityFiles.flatMap { ["-i", $0] }
    if !knownHostsFiles.isEmpty {
      let files = knownHostsFiles.map { "\"\($0)\"" }.joined(separator: " ")
      words += ["-oUserKnownHostsFile=\(files)"]
    }
    if let socket = identityAgent { words += ["-oIdentityAgent=\"\(socket)\""] }
    if let hops = proxyJump { words += ["-oProxyJump=\(hops)"] }
    if let checking = hostKeyChecking { words += ["-oStrictHostKeyChecking=\(checking.rawValue)"] }
    return words + ["--", address]
  }
}
