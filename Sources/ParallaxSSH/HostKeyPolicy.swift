/// Host key checking: a key that known_hosts does not vouch for ends the session, with the remedy named, unless the
/// host is met for the first time and new keys are to be accepted.
package struct HostKeyPolicy: Sendable {
  static let fileLimit = 32 << 20

  /// As known_hosts has it: the alias, if there is one, stands without a port.
  let host: String
  let port: UInt16
  let files: [String]
  let knownHosts: KnownHosts
  /// What known_hosts holds for this host.
  let known: [KnownHostsEntry]
  private var checking = SSHHostKeyChecking.strict
  private var hashes = false
  /// What may be asked for at all.
  private var usable = Algorithms.hostKey

  init(configuration: SSHConfiguration) throws(SSHError) {
    let knownHosts = try KnownHostsFiles.read(configuration.knownHosts, limit: Self.fileLimit)
    self.init(
      host: configuration.hostKeyAlias ?? configuration.host,
      port: configuration.hostKeyAlias == nil ? configuration.port : 22, files: configuration.knownHosts,
      knownHosts: knownHosts)
    checking = configuration.hostKeyChecking
    hashes = configuration.hashKnownHosts
    if let wanted = configuration.hostKeyAlgorithms {
      usable = Algorithms.hostKeys(wanted)
      guard !usable.isEmpty else {
        throw SSHError(
          .noCommonAlgorithm, "HostKeyAlgorithms \(wanted) leaves none that libssh2 can check for \(name)",
          remedy: "allow one of \(list(Algorithms.hostKey)), or use transport: openssh")
      }
    }
  }

  package init(host: String, port: UInt16, files: [String], knownHosts: KnownHosts) {
    self.host = host
    self.port = port
    self.files = files
    self.knownHosts = knownHosts
    known = knownHosts.entries(host: host, port: port)
  }

  private var name: String { KnownHosts.name(host: host, port: port) }
  private var fileNames: String { files.isEmpty ? "no known_hosts file" : files.joined(separator: ", ") }

  /// The host key algorithms to offer, best first.
  package var algorithms: [String] { Algorithms.hostKeys(usable, known: known) }

  package func check(_ key: HostKey) throws(SSHError) {
    switch knownHosts.verdict(host: host, port: port, key: key) {
    case .trusted: return
    case .revoked(let entry):
      throw SSHError(
        .hostKeyRevoked, "\(name) presents a key that is revoked at \(entry.place): \(key.type) \(key.fingerprint)",
        remedy: "do not connect; the host needs a new key")
    case .changed(let entry):
      throw SSHError(
        .hostKeyChanged,
        "the host key of \(name) has changed: it presents \(key.type) \(key.fingerprint), but \(entry.place) holds "
          + entry.key.fingerprint,
        remedy: "somebody may be intercepting the connection; if the host was reinstalled, check the new fingerprint "
          + "with its owner and remove the old key: ssh-keygen -R '\(name)' -f '\(entry.file)'")
    case .unknown(let others):
      // A host that is known by another type was asked for that one first: that it shows this one is a change.
      guard checking == .acceptNew, others.isEmpty, let file = files.first else { throw unknown(key, others: others) }
      try remember(key, in: file)
    }
  }

  private func remember(_ key: HostKey, in file: String) throws(SSHError) {
    let line = KnownHostsWriter.line(name, key, hashed: hashes)
    try KnownHostsWriter.append(line, to: file) { contents throws(SSHError) in
      var held = KnownHosts()
      held.read(contents, file: file)
      let policy = HostKeyPolicy(host: host, port: port, files: files, knownHosts: held)
      guard held.entries(host: host, port: port).isEmpty else {
        try policy.check(key)
        return false
      }
      return true
    }
  }

  private func unknown(_ key: HostKey, others: [KnownHostsEntry]) -> SSHError {
    var message = "the host key of \(name) is not known: it presents \(key.type) \(key.fingerprint), and "
    if let other = others.first {
      message += "only \(other.key.type) is held for it, at \(other.place)"
    } else {
      message += "\(fileNames) holds no key for it"
    }
    if let problem = knownHosts.problems.first { message += " (a line was unreadable: \(problem))" }
    let scan = "ssh-keyscan" + (port == 22 ? "" : " -p \(port)") + " -t \(Self.shortType(key.type)) '\(host)'"
    return SSHError(
      .hostKeyUnknown, message,
      remedy: "compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: "
        + "\(scan) >> '\(files.first ?? "~/.ssh/known_hosts")'")
  }

  private static func shortType(_ type: String) -> String {
    type.hasPrefix("ecdsa") ? "ecdsa" : type == "ssh-ed25519" ? "ed25519" : type
  }

  /// Why the two sides agreed on nothing, from what the server offered. Nil if they should have agreed.
  package func mismatch(_ proposal: ServerProposal) -> SSHError? {
    if proposal.offersOnlyRSA {
      return SSHError(
        .rsaOnlyHost, "\(name) has only an RSA host key, which libssh2 cannot check (\(list(proposal.hostKey)))",
        remedy: "give the host an ed25519 key (ssh-keygen -A), or reach it by the system's client: transport: openssh")
    }
    if !algorithms.contains(where: proposal.hostKey.contains) {
      guard let entry = known.first(where: { algorithms.contains($0.key.type) }) else {
        return SSHError(
          .noCommonAlgorithm, "\(name) offers no host key that libssh2 can check: \(list(proposal.hostKey))")
      }
      return SSHError(
        .hostKeyChanged,
        "the host key of \(name) has changed: \(entry.place) holds \(entry.key.type) \(entry.key.fingerprint), but the "
          + "host now offers only \(list(proposal.hostKey))",
        remedy: "check with the host's owner, then remove the old key: ssh-keygen -R '\(name)' -f '\(entry.file)'")
    }
    let pairs = [
      ("key exchange", Algorithms.keyExchange, proposal.keyExchange), ("cipher", Algorithms.cipher, proposal.cipher),
      ("MAC", Algorithms.mac, proposal.mac),
    ]
    for (kind, ours, theirs) in pairs where !ours.contains(where: theirs.contains) {
      return SSHError(
        .noCommonAlgorithm, "\(name) and libssh2 have no \(kind) in common: the host offers \(list(theirs))",
        remedy: "allow one of \(list(ours)) in its sshd_config, or use transport: openssh")
    }
    return nil
  }

  private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
