internal import Foundation
internal import ParallaxModel

/// Brings a lab up, step by step; the state on disk is always ahead of what exists.
struct LabBuilder {
  var configuration: LabConfiguration
  var directory: String

  func build() throws(ParallaxError) -> LabDescription {
    guard LabConfiguration.hostRange.contains(configuration.hosts) else {
      throw ParallaxError(.usage, "a lab has 1 to \(LabConfiguration.hostRange.upperBound) hosts")
    }
    try Self.check(configuration.target, hosts: (1...configuration.hosts).map { "lab\($0)" })
    try LabTool.require(
      [.sshd, .sshKeygen, .nginx, .openssl] + (configuration.mode == .namespaces ? [.ip] : []))
    try checkDirectory()
    try FileWriting.makeDirectory(directory)
    let lock = try LabLock(directory)
    try checkDirectory()

    let lab = try AddressPlan.description(configuration, id: randomHexadecimal(3), directory: directory)
    try checkPorts(lab)
    var state = LabState(
      lab: lab, namespaces: configuration.mode == .namespaces ? NamespaceNetwork.names(lab) : [], processes: [])
    try state.save()
    do {
      try start(&state)
    } catch {
      try Teardown(state: state).run()
      throw error
    }
    _ = consume lock
    return state.lab
  }

  private func start(_ state: inout LabState) throws(ParallaxError) {
    let lab = state.lab
    let keys = LabKeys.make()
    let servers = lab.hosts.map { SSHServer(lab: lab, host: $0) }
    try writeFiles(lab, keys, servers)
    if lab.mode == .namespaces { try NamespaceNetwork.build(lab) }
    try PrivilegeSeparation.withDirectory { () throws(ParallaxError) in
      for server in servers { try state.start(server.daemon) }
      for server in servers { try state.awaitListening(server.daemon) }
    }
    try Self.startTarget(NginxServer(lab: lab, keys: keys), &state)
    state.isComplete = true
    try state.save()
  }

  /// Writes the target's files, starts it, and spends a bucket if that was asked for.
  static func startTarget(_ nginx: NginxServer, _ state: inout LabState) throws(ParallaxError) {
    try nginx.prepare()
    try FileWriting.write(LabPlan.render(nginx.lab), to: nginx.lab.files.plan)
    try state.start(nginx.daemon)
    try state.awaitListening(nginx.daemon)
    if nginx.lab.target.configuration.drained { try Drain(lab: nginx.lab, keys: nginx.keys).run() }
  }

  private func writeFiles(_ lab: LabDescription, _ keys: LabKeys, _ servers: [SSHServer]) throws(ParallaxError) {
    let files = lab.files
    let keygen = try LabTool.sshKeygen.require()
    try FileWriting.makeDirectory(files.target)
    try FileWriting.write(keys.environmentFile, to: files.keys)
    try Command.require(
      keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "parallax lab", "-f", files.identity], for: lab)
    guard let publicKey = try? String(contentsOfFile: files.identity + ".pub", encoding: .utf8) else {
      throw ParallaxError(.labFailed, "\(files.identity).pub cannot be read")
    }
    try FileWriting.write(publicKey, to: files.authorizedKeys)

    var knownHosts = ""
    for server in servers {
      try server.prepare()
      knownHosts += try server.knownHosts()
    }
    try FileWriting.write(knownHosts, to: files.knownHosts)
    try FileWriting.write(knownHosts, to: files.hashedKnownHosts)
    try Command.require(keygen, ["-q", "-H", "-f", files.hashedKnownHosts], for: lab)
    unlink(files.hashedKnownHosts + ".old")
    try FileWriting.write(
      LabInventory.render(lab, pathPrefix: directory + "/", user: lab.user), to: files.inventory)
    try Certificates.make(lab)
  }

  static func check(_ target: LabTargetConfiguration, hosts: [String]) throws(ParallaxError) {
    if !(0...100_000).contains(target.burst) {
      throw ParallaxError(.usage, "a burst of \(target.burst) is outside 0 to 100000")
    }
    if !(400...599).contains(target.status) {
      throw ParallaxError(.usage, "\(target.status) is no status of a refusal", remedy: "choose one of 400 to 599")
    }
    if target.drained && (target.limiter.scope == nil || (target.burst > 0 && !target.noDelay)) {
      throw ParallaxError(
        .usage, "a target that refuses nothing cannot be drained", remedy: "choose a limiter, and no queue")
    }
    if target.drained && target.rate.requests > target.rate.seconds {
      throw ParallaxError(
        .usage, "at \(target.rate) the target would not stay drained", remedy: "choose a slow rate, such as 1r/m")
    }
    if let unknown = target.blockedHosts.first(where: { !hosts.contains($0) }) {
      throw ParallaxError(
        .usage, "the lab has no host `\(unknown)`", remedy: "its hosts are \(hosts.joined(separator: ", "))")
    }
  }

  /// A directory with other things in it is left alone, since `down` removes all of it.
  private func checkDirectory() throws(ParallaxError) {
    if let character = directory.first(where: { "\"\\$%{}".contains($0) || $0.isNewline }) {
      throw ParallaxError(.usage, "a lab's directory cannot have `\(character)` in its path")
    }
    guard FileManager.default.fileExists(atPath: directory) else { return }
    if FileManager.default.fileExists(atPath: LabFiles(directory: directory).state) {
      let isComplete = (try? LabState.load(directory).isComplete) == true
      throw ParallaxError(
        .labFailed,
        isComplete ? "a lab is up already in \(directory)" : "what an interrupted lab left is in \(directory)",
        remedy: "take it down first with `parallax lab down`")
    }
    guard let contents = try? FileManager.default.contentsOfDirectory(atPath: directory), contents.isEmpty else {
      throw ParallaxError(
        .labFailed, "\(directory) is no empty directory, and a lab wants one to itself",
        remedy: "name another directory, or remove this one")
    }
  }

  private func checkPorts(_ lab: LabDescription) throws(ParallaxError) {
    guard lab.mode == .loopback else { return }
    let endpoints =
      lab.hosts.map { ($0.address, $0.port) }
      + [(lab.target.address, lab.target.port), (lab.target.address, lab.target.tlsPort)]
    if let taken = endpoints.first(where: { !PortProbe.isFree($0.1, on: $0.0) }) {
      throw ParallaxError(
        .labFailed, "\(taken.0):\(taken.1) is in use: another lab may be up", remedy: "take that lab down first")
    }
  }
}
