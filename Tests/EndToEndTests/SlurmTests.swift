internal import Foundation
internal import Glibc
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// A fleet that SSH does not reach: a real Slurm starts the agents, by `srun` under the command transport.
@Suite(.serialized, .enabled(if: ToolRequirement.slurm.isMetOrMandatory, "\(ToolRequirement.slurm.reason)"))
struct SlurmTests {
  @Test func aClusterServesAsTheFleet() async throws {
    let target = LabTargetConfiguration(
      limiter: LabLimiter(scope: [.ip]), rate: LabRate(requests: 60, seconds: 60), burst: 9)
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(mode: .namespaces, hosts: 3, target: target)) { lab in
        let cluster = try await SlurmCluster.start(lab, in: home)
        let result: Result<Void, any Error>
        do { result = .success(try await use(cluster, lab, home)) } catch { result = .failure(error) }
        try await cluster.stop()
        try result.get()
      }
    }
  }

  private func use(_ cluster: SlurmCluster, _ lab: LabDescription, _ home: String) async throws {
    var program = try Program(home: home, lab: lab)
    program.environment["SLURM_CONF"] = cluster.configuration
    let inventory = try write(Self.inventory(lab), to: "hosts.yaml", in: home)
    let check = try await program.run(["hosts", "check", "--hosts", inventory], in: lab)
    #expect(check.status == 0, "\(check.complaint)")
    let run = try await program.run(
      ["run", "--json", "--yes", "--mystery", "0", "--hosts", inventory, lab.files.plan], in: lab, within: 120)
    #expect(run.status == 0, "\(run.output)\(run.complaint)")
    let limiters = try #require(try run.json()["limiters"] as? [[String: Any]])
    #expect(limiters.map { $0["scope"] as? [String] } == [["ip"]], "\(run.output)")
    // Every node sent from its own address.
    #expect(Set(try AccessLog(lab).lines.map(\.address)) == Set(lab.hosts.map(\.address)))
    #expect(try await cluster.jobs().isEmpty)
  }

  private static func inventory(_ lab: LabDescription) -> String {
    "hosts:\n"
      + lab.hosts.map {
        "  \($0.name): { transport: command, command: [srun, -Q, -u, -N1, -n1, -w, \($0.name), \"{agent}\"] }\n"
      }.joined()
  }
}

/// munged, slurmctld and one slurmd for every host of a lab, each in the host's network and under its name.
private struct SlurmCluster {
  let configuration: String
  private let lab: LabDescription
  private let daemons: [ChildProcess]

  static func start(_ lab: LabDescription, in folder: String) async throws -> SlurmCluster {
    let directory = folder + "/slurm"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    // munged insists on folders that nobody else can write to, up to the root, of which /tmp is none: hence --force.
    chmod(folder, 0o755)
    let key = directory + "/munge.key"
    try Data((0..<128).map { _ in UInt8.random(in: 0...255) }).write(to: URL(filePath: key))
    chmod(key, 0o400)
    let configuration = try write(text(lab, directory), to: "slurm.conf", in: directory)
    // `ip netns exec` leaves no control groups mounted, and version 1 of the plugin is the one that can do without.
    _ = try write("CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n", to: "cgroup.conf", in: directory)
    let munged = try ChildProcess(
      "/usr/sbin/munged",
      [
        "--foreground", "--force", "--num-threads=1", "--key-file=\(key)", "--socket=\(directory)/munge.socket",
        "--pid-file=\(directory)/munge.pid", "--log-file=\(directory)/munge.log", "--seed-file=\(directory)/munge.seed",
      ])
    var daemons = [munged]
    for _ in 0..<500 where !FileManager.default.fileExists(atPath: directory + "/munge.socket") {
      try await Task.sleep(for: .milliseconds(10))
    }
    let controller = try #require(lab.controllerNamespace)
    daemons.append(try daemon("ctl", controller, ["/usr/sbin/slurmctld", "-D", "-c", "-f", configuration]))
    for host in lab.hosts {
      try FileManager.default.createDirectory(
        atPath: "\(directory)/spool-\(host.name)", withIntermediateDirectories: true)
      let namespace = try #require(host.namespace)
      daemons.append(
        try daemon(host.name, namespace, ["/usr/sbin/slurmd", "-D", "-N", host.name, "-f", configuration]))
    }
    let cluster = SlurmCluster(configuration: configuration, lab: lab, daemons: daemons)
    do {
      try await cluster.waitForNodes()
    } catch {
      try await cluster.stop()
      throw error
    }
    return cluster
  }

  /// A daemon in a host's network namespace, under a host name of its own.
  private static func daemon(_ name: String, _ namespace: String, _ command: [String]) throws -> ChildProcess {
    let line =
      ["netns", "exec", namespace, "unshare", "--uts", "sh", "-c", "hostname \(name); exec \"$@\"", "sh"] + command
    return try ChildProcess("/usr/sbin/ip", line)
  }

  private static func text(_ lab: LabDescription, _ directory: String) -> String {
    """
    ClusterName=parallax
    SlurmctldHost=ctl(10.77.1.1)
    SlurmUser=root
    AuthType=auth/munge
    AuthInfo=socket=\(directory)/munge.socket
    CredType=cred/munge
    StateSaveLocation=\(directory)/state
    SlurmdSpoolDir=\(directory)/spool-%n
    SlurmctldPidFile=\(directory)/slurmctld.pid
    SlurmdPidFile=\(directory)/slurmd-%n.pid
    SlurmctldLogFile=\(directory)/slurmctld.log
    SlurmdLogFile=\(directory)/slurmd-%n.log
    ProctrackType=proctrack/linuxproc
    TaskPlugin=task/none
    SelectType=select/cons_tres
    SelectTypeParameters=CR_CPU
    SlurmdParameters=config_overrides
    ReturnToService=2
    MpiDefault=none
    JobAcctGatherType=jobacct_gather/none
    \(lab.hosts.map { "NodeName=\($0.name) NodeAddr=\($0.address) CPUs=8 State=UNKNOWN" }.joined(separator: "\n"))
    PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP

    """
  }

  private func ask(_ command: String...) async throws -> String {
    let program = try ChildProcess(
      "/usr/sbin/ip", ["netns", "exec", lab.controllerNamespace ?? ""] + command,
      environment: Spawn.bareEnvironment.merging(["SLURM_CONF": configuration]) { $1 })
    _ = try await program.exitStatus(within: 15)
    return program.outputText + program.errorText
  }

  private func waitForNodes() async throws {
    var said = ""
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      said = try await ask("sinfo", "-h", "-N", "-o", "%T")
      if said.split(separator: "\n").count(where: { $0 == "idle" }) == lab.hosts.count { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    let logs = daemons.map(\.errorText).joined().suffix(3000)
    Issue.record("the nodes are not there: \(said) \(logs)")
    throw POSIXError(.ETIMEDOUT)
  }

  func jobs() async throws -> String {
    var said = ""
    for _ in 0..<50 {
      said = try await ask("squeue", "-h")
      if said.isEmpty { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    return said
  }

  func stop() async throws {
    for daemon in daemons.reversed() {
      daemon.signal(SIGTERM)
      if try await daemon.exitStatus(within: 5) == nil { daemon.signal(SIGKILL) }
    }
  }
}
